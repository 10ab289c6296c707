import { drizzle } from "drizzle-orm/postgres-js";
import type { Sql } from "@/db/client";

/** How rows are wanted: Drizzle says so after it has made its query, and before any row can come. */
export interface Wanted {
  asArrays: boolean;
  /** Once it is sent. */
  query?: { values(): unknown };
}

/** Sends one statement and resolves to its rows. */
export type Run = (text: string, params: unknown[], wanted: Wanted) => Promise<unknown>;

/**
 * Drizzle over `run`: what it takes for a postgres.js client has only the calls that Drizzle makes. The options are the
 * pool's own, because Drizzle sets its handling of dates and JSON there.
 */
export function drizzleOver(sql: Sql, run: Run, nested: () => Promise<never>) {
  const client = { options: sql.options, ...clientOver(run), begin: nested, savepoint: nested };
  return drizzle(client as unknown as Sql);
}

/** The one call of a postgres.js client that a query of Drizzle's makes. */
function clientOver(run: Run) {
  // The driver's queries are lazy; these count as sent from the moment they are made, so that COMMIT waits for them.
  const unsafe = (text: string, params: unknown[] = []) => {
    const wanted: Wanted = { asArrays: false };
    const reply = run(text, params, wanted);
    const values = () => {
      wanted.asArrays = true;
      wanted.query?.values();
      return reply;
    };
    return Object.assign(reply, { values });
  };
  return { unsafe };
}
