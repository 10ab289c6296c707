import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { openSocket } from "@/db/transaction/socket";

export type Sql = postgres.Sql;
export type Database = ReturnType<typeof drizzle>;

interface PoolOptions {
  /** Most connections held open. */
  max: number;
  /** Off for transaction poolers that do not keep prepared statements. */
  prepare: boolean;
}

/** Opens a pool. Nothing is sent before the first statement. */
export function connect(url: string, { max, prepare }: PoolOptions): Sql {
  return postgres(url, {
    max,
    prepare,
    // Nobody awaits that query of the driver: a connection lost during it ends the process. No column is an array.
    fetch_types: false,
    // The driver has this option; its types do not.
    ...{ socket: openSocket },
    connect_timeout: 5,
    // Seconds until the next try after an outage; the driver's own rule waits up to 20.
    backoff: (attempt) => Math.min(3 ** attempt / 100, 1),
    idle_timeout: 60,
    onnotice: () => {},
    connection: { application_name: "holdfast" },
  });
}

/** A pool for transactions: dates and JSON come as the text that Drizzle expects, whether it is set up for a query or not. */
export function connectForTransactions(url: string, options: PoolOptions): Sql {
  const sql = connect(url, options);
  drizzle(sql);
  return sql;
}

/** Drizzle over a pool, for Better Auth's adapter and the identity loader. Features get theirs from a scope. */
export function overPool(sql: Sql): Database {
  return drizzle(sql);
}
