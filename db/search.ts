import { type Column, eq, ilike, or, type SQL } from "drizzle-orm";

/** Case-insensitive substring search; `%`, `_` and `\` in the words mean themselves. */
export function contains(words: string | undefined, ...columns: Column[]): SQL | undefined {
  if (words === undefined) return undefined;
  const pattern = `%${words.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
  return or(...columns.map((column) => ilike(column, pattern)));
}

/** A filter that is there only when the caller asked for it. */
export function equals(column: Column, value: string | undefined): SQL | undefined {
  return value === undefined ? undefined : eq(column, value);
}
