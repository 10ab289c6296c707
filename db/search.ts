import { type Column, eq, ilike, or, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { cursorOf, type Page } from "@/db/page";

/**
 * Most rows that one page of a search looks at: 10,000 tasks take PostgreSQL 20 to 30 ms. No index helps: under row-level
 * security PostgreSQL uses one only for operators that are leakproof, and ILIKE is none.
 */
export const ROWS_SEARCHED = 10_000;

/** Where a row stands among those that were looked at, counted from one, and whether the words are in it. */
interface Place {
  place: number;
  found: boolean;
}

/**
 * What the statement of a search selects beside its columns, of the newest `ROWS_SEARCHED` rows that the caller may see.
 * @param pattern The words, as `patternOf` writes them.
 */
export function searchColumns(key: Column, pattern: string, columns: readonly Column[]) {
  return {
    place: sql<number>`row_number() over (order by ${key} desc)`.mapWith(Number).as("place"),
    found: sql<boolean>`(${matches(pattern, ...columns)})`.as("found"),
  };
}

/** Of the rows that were looked at, those with the words, and the last that a page may look at: the next goes on behind it. */
export function foundOrLast(
  { place, found }: { place: SQLWrapper; found: SQLWrapper },
  rowsSearched: number,
): SQL | undefined {
  return or(sql`${found}`, eq(place, rowsSearched));
}

/**
 * A page of a search. Where as many rows were looked at as one page may, it ends there, with fewer rows than asked for or
 * none, and its cursor goes on behind them.
 */
export function toSearchPage<Row extends Place & { id: string }>(
  rows: readonly Row[],
  { limit, rowsSearched }: { limit: number; rowsSearched: number },
): Page<Omit<Row, keyof Place>> {
  const items = rows.slice(0, limit).flatMap(({ place, found, ...item }) => (found ? [item] : []));
  const last = rows.length > limit ? rows[limit - 1] : rows.find(({ place }) => place === rowsSearched);
  return { items, nextCursor: last ? cursorOf(last.id) : null };
}

/** The words as ILIKE takes them: a substring, whatever its case; `%`, `_` and `\` in the words mean themselves. */
export function patternOf(words: string): string {
  return `%${words.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

/** Whether a pattern is in one of the columns. */
export function matches(pattern: string, ...columns: Column[]): SQL | undefined {
  return or(...columns.map((column) => ilike(column, pattern)));
}

/** A filter that is there only when the caller asked for it. */
export function equals(column: Column, value: string | undefined): SQL | undefined {
  return value === undefined ? undefined : eq(column, value);
}
