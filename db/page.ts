import { type Column, lt, type SQL } from "drizzle-orm";

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Keyset predicate for newest-first lists over UUIDv7 keys: rows older than the cursor. */
export function olderThan(key: Column, cursor: string | undefined): SQL | undefined {
  return cursor === undefined ? undefined : lt(key, uuidOf(cursor));
}

/** How much of a list is asked for, as values of a kept query: one row more than the page, which tells whether there is more. */
export interface PageValues {
  before: string | undefined;
  rows: number;
}

export const pageValues = ({
  cursor,
  limit,
}: {
  cursor?: string | undefined;
  limit: number;
}): PageValues => ({
  before: cursor === undefined ? undefined : uuidOf(cursor),
  rows: limit + 1,
});

/** `olderThan` for the id that the cursor named. */
export const isBefore = (key: Column, id: string | undefined): SQL | undefined =>
  id === undefined ? undefined : lt(key, id);

/** The id that a cursor names, for a function of the database that keeps to it; null without one. */
export function cursorId(cursor: string | undefined): string | null {
  return cursor === undefined ? null : uuidOf(cursor);
}

/** Cuts `limit + 1` rows down to a page. The cursor names the last row handed out, so nothing is skipped. */
export function toPage<Item extends { id: string }>(rows: Item[], limit: number): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? cursorOf(last.id) : null };
}

export function cursorOf(id: string): string {
  return Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url");
}

function uuidOf(cursor: string): string {
  const hex = Buffer.from(cursor, "base64url").toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
