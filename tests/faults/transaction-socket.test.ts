import type { Socket } from "node:net";
import { sql as text } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forTransactions, type TransactionPool } from "@/db/client";
import { openTransaction, type TransactionOptions } from "@/db/transaction";
import { unavailable } from "@/db/transaction/read-error";
import { openSocket } from "@/db/transaction/socket";
import { ledgerDatabase, settings } from "@/tests/faults/ledger";
import { type CuttingProxy, startProxy } from "@/tests/faults/proxy";

let database: Awaited<ReturnType<typeof ledgerDatabase>>;
let proxy: CuttingProxy;
let last: Socket;

beforeAll(async () => {
  database = await ledgerDatabase();
  proxy = await startProxy(database.url);
});
afterAll(async () => {
  await proxy?.stop();
  await database?.drop();
});

function connect() {
  const socket = async (target: Parameters<typeof openSocket>[0]) => {
    last = await openSocket(target);
    return last;
  };
  return forTransactions(postgres(proxy.url, { max: 1, connect_timeout: 5, ...({ socket } as object) }));
}

/** Whether one transaction succeeds. */
async function works(pool: TransactionPool, options?: TransactionOptions): Promise<boolean> {
  const transaction = openTransaction(pool, settings, options);
  try {
    await transaction.db.execute(text`select 1`);
    await transaction.commit();
    return true;
  } catch (error) {
    expect(unavailable(error)).toBeDefined();
    await transaction.rollback();
    return false;
  }
}

test("tells at once of a server that closes before it is ready, and does not knock for ever", async () => {
  const pool = connect();
  proxy.refuse = true;
  const start = performance.now();
  expect(await works(pool)).toBe(false);
  expect(performance.now() - start).toBeLessThan(1000);
  const { refused } = proxy;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(proxy.refused).toBe(refused);
  proxy.heal();
  expect(await works(pool)).toBe(true);
  await pool.end({ timeout: 1 });
});

test("mends a connection that was lost between a statement and its write", async () => {
  const pool = connect();
  const transaction = openTransaction(pool, settings);
  await transaction.db.execute(text`select 1`);
  // In one turn of the event loop: the statement, the end of the socket, and the write not yet.
  await new Promise<void>((resolve) => setImmediate(resolve));
  const loss = transaction.db.execute(text`select 2`).then(String, unavailable);
  last.destroy();
  expect(await loss).toBeInstanceOf(Error);
  const start = performance.now();
  expect((await works(pool)) || (await works(pool))).toBe(true);
  expect(performance.now() - start).toBeLessThan(2000);
  await pool.end({ timeout: 1 });
});

test("answers what is sent between the error of a connection and its close, and keeps its place", async () => {
  const pool = connect();
  await pool`select 1`;
  let between: Promise<unknown> | undefined;
  last.once("error", () => {
    between ??= pool`select 2`.then(String, (error: { code: string }) => error.code);
  });
  const closed = new Promise((resolve) => last.once("close", resolve));
  last.destroy(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
  await closed;
  const never = new Promise((resolve) => setTimeout(resolve, 2_000, "never"));
  expect(await Promise.race([between, never])).toBe("CONNECTION_CLOSED");
  expect((await works(pool)) || (await works(pool))).toBe(true);
  await pool.end({ timeout: 1 });
});
