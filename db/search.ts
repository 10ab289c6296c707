import { type Column, eq, ilike, or, type SQL } from "drizzle-orm";

/** Case-insensitive substring search; `%`, `_` and `\` in the words mean themselves. */
export function contains(words: string | undefined, ...columns: Column[]): SQL | undefined {
  return matches(patternOf(words), ...columns);
}

/** What `matches` looks for, as a value of a kept query. */
export function patternOf(words: string | undefined): string | undefined {
  return words === undefined
    ? undefined
    : `%${words.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

/** `contains` for the pattern of its words. */
export function matches(pattern: string | undefined, ...columns: Column[]): SQL | undefined {
  return pattern === undefined ? undefined : or(...columns.map((column) => ilike(column, pattern)));
}

/** A filter that is there only when the caller asked for it. */
export function equals(column: Column, value: string | undefined): SQL | undefined {
  return value === undefined ? undefined : eq(column, value);
}
