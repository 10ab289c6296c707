import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { Leases } from "@/db/transaction/leases";
import { openSocket } from "@/db/transaction/socket";

export type Sql = postgres.Sql;
/** A pool on which transactions are opened. */
export type TransactionPool = Sql & { readonly leases: Leases };
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

export function connectForTransactions(url: string, options: PoolOptions): TransactionPool {
  return forTransactions(connect(url, options));
}

/** A pool for transactions: dates and JSON come as the text that Drizzle expects, whether it is set up for a query or not. */
export function forTransactions(sql: Sql): TransactionPool {
  drizzle(sql);
  return Object.assign(sql, { leases: new Leases(sql) });
}

/** Drizzle over a pool, for Better Auth's adapter and the identity loader. Features get theirs from a scope. */
export function overPool(sql: Sql): Database {
  return drizzle(sql);
}
