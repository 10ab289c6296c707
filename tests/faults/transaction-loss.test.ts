import { setTimeout as sleep } from "node:timers/promises";
import { sql as text } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { connectForTransactions, type TransactionPool } from "@/db/client";
import { openTransaction, type Transaction } from "@/db/transaction";
import { DatabaseUnavailable } from "@/db/transaction/failure";
import { unavailable } from "@/db/transaction/read-error";
import { ledgerDatabase, settings } from "@/tests/faults/ledger";
import { type Cut, type CuttingProxy, startProxy } from "@/tests/faults/proxy";

let database: Awaited<ReturnType<typeof ledgerDatabase>>;
let proxy: CuttingProxy;
let pool: TransactionPool;
const stray: unknown[] = [];
const onStray = (error: unknown) => stray.push(error);

beforeAll(async () => {
  process.on("uncaughtException", onStray).on("unhandledRejection", onStray);
  database = await ledgerDatabase();
  proxy = await startProxy(database.url);
});

beforeEach(async () => {
  await database.empty();
  pool = connectForTransactions(proxy.url, { max: 1, prepare: true });
});

// Whatever happened, the process lives and the pool serves the next transaction.
afterEach(async () => {
  proxy.heal();
  const again = openTransaction(pool, settings);
  await insert(again, 100);
  await again.commit();
  expect(await database.kept()).toContain(100);
  await sleep(20);
  expect(stray.splice(0)).toEqual([]);
  await pool.end({ timeout: 1 });
});

afterAll(async () => {
  process.off("uncaughtException", onStray).off("unhandledRejection", onStray);
  await proxy?.stop();
  await database?.drop();
});

const insert = (transaction: Transaction, id: number) =>
  transaction.db.execute(text`insert into ledger (id) values (${id})`);
const caught = (promise: PromiseLike<unknown>): Promise<DatabaseUnavailable | undefined> =>
  Promise.resolve(promise).then(() => undefined, unavailable);
const terminate = async () => {
  await database.admin`select pg_terminate_backend(pid) from pg_stat_activity
    where usename = ${new URL(database.url).username} and datname = current_database()`;
};

/** After a loss the handle refuses everything at once, and asking it again and again does no harm. */
async function isDead(transaction: Transaction): Promise<void> {
  for (const wait of [0, 30]) {
    await sleep(wait);
    expect(await caught(insert(transaction, 50))).toBeInstanceOf(DatabaseUnavailable);
    await transaction.rollback();
  }
  await expect(transaction.commit()).rejects.toThrow();
}

const points = ["begin", "set_config", "insert into", "commit"];
const cuts: Cut["how"][] = ["end", "reset"];
const cases = points.flatMap((at) =>
  cuts.flatMap((how) => [false, true].map((answered) => ({ at, how, answered }))),
);

describe("a connection cut", () => {
  test.each(cases)("by $how at $at (server has answered: $answered)", async ({ at, how, answered }) => {
    proxy.cut = { at, how, answered };
    const transaction = openTransaction(pool, settings);
    const work = async () => {
      await insert(transaction, 1);
      await insert(transaction, 2);
      await transaction.commit();
    };
    const loss = await caught(work());
    expect(loss).toBeInstanceOf(DatabaseUnavailable);
    expect(loss?.outcomeUnknown).toBe(at === "commit");
    await isDead(transaction);
    expect(await database.kept()).toEqual(at === "commit" && answered ? [1, 2] : []);
  });

  test.each([false, true])(
    "at a COMMIT that left with a statement (server has answered: %s)",
    async (answered) => {
      const transaction = openTransaction(pool, settings);
      await insert(transaction, 1);
      proxy.cut = { at: "commit", how: "reset", answered };
      const [statement, loss] = await Promise.all([
        caught(transaction.unsafe("insert into ledger (id) values (2)", [], { asArrays: false })),
        caught(transaction.commit()),
      ]);
      for (const told of answered ? [loss] : [statement, loss]) expect(told?.outcomeUnknown).toBe(true);
      await isDead(transaction);
      expect(await database.kept()).toEqual(answered ? [1, 2] : []);
    },
  );

  test.each(cuts)("by %s between two statements", async (how) => {
    const transaction = openTransaction(pool, settings);
    await insert(transaction, 1);
    proxy.cutNow(how);
    expect(await caught(insert(transaction, 2))).toBeInstanceOf(DatabaseUnavailable);
    await isDead(transaction);
    expect(await database.kept()).toEqual([]);
  });

  test.each(cuts)("by %s at ROLLBACK is not the caller's trouble", async (how) => {
    proxy.cut = { at: "rollback", how, answered: false };
    const transaction = openTransaction(pool, settings);
    await insert(transaction, 1);
    await transaction.rollback();
    expect(await database.kept()).toEqual([]);
  });

  test.each([false, true])(
    "while it lay idle costs nobody anything (behind a read: %s)",
    async (readOnly) => {
      const cutNow = async (how: Cut["how"]) => proxy.cutNow(how);
      // At once and later: a read that is over keeps its connection for milliseconds.
      for (const cut of [() => cutNow("reset"), () => cutNow("end"), terminate])
        for (const rest of [0, 30]) {
          const before = openTransaction(pool, { ...settings, readOnly });
          await before.db.execute(text`select 1`);
          await before.commit();
          await sleep(rest);
          await cut();
          const next = openTransaction(pool, settings);
          await Promise.all([next.db.execute(text`select 1`), next.db.execute(text`select 2`)]);
          await next.commit();
        }
    },
  );
});

describe("a backend that is killed", () => {
  test.each(["statement", "commit", "rollback"] as const)(
    "between statements, seen at the next %s",
    async (next) => {
      for (const noticed of [0, 50]) {
        const transaction = openTransaction(pool, settings);
        await insert(transaction, 1);
        await terminate();
        await sleep(noticed);
        if (next === "statement")
          expect(await caught(insert(transaction, 2))).toBeInstanceOf(DatabaseUnavailable);
        if (next === "commit") expect(await caught(transaction.commit())).toBeInstanceOf(DatabaseUnavailable);
        if (next === "rollback") await transaction.rollback();
        await sleep(20);
        expect(await database.kept()).toEqual([]);
      }
    },
  );

  test("while statements are in flight", async () => {
    const transaction = openTransaction(pool, settings);
    await insert(transaction, 1);
    const slow = transaction.db.execute(text`select pg_sleep(5)`);
    const inFlight = [caught(slow), caught(insert(transaction, 2))];
    await sleep(50);
    await terminate();
    for (const loss of await Promise.all(inFlight)) expect(loss).toBeInstanceOf(DatabaseUnavailable);
    await isDead(transaction);
    expect(await database.kept()).toEqual([]);
  });

  test("during COMMIT", async () => {
    const transaction = openTransaction(pool, settings);
    await transaction.db.execute(text`insert into ledger (id, slow) values (1, true)`);
    const commit = caught(transaction.commit());
    await sleep(50);
    await terminate();
    expect(await commit).toHaveProperty("outcomeUnknown", true);
    await isDead(transaction);
    expect(await database.kept()).toEqual([]);
  });

  test("under a busy pool fails its transaction only", async () => {
    const busy = connectForTransactions(proxy.url, { max: 3, prepare: true });
    const one = async (id: number) => {
      const transaction = openTransaction(busy, settings);
      await insert(transaction, id);
      await transaction.db.execute(text`select pg_sleep(0.01)`);
      await insert(transaction, id + 1000);
      await transaction.commit();
      return id;
    };
    const running = Promise.allSettled(Array.from({ length: 60 }, (_, id) => one(id)));
    // However slow the machine is: there is something to lose.
    await vi.waitFor(
      async () =>
        expect(
          await database.admin`select 1 from pg_stat_activity where usename = ${new URL(database.url).username}
            and datname = current_database() and query like '%pg_sleep%' and state <> 'idle'`,
        ).not.toEqual([]),
      { timeout: 10_000, interval: 5 },
    );
    await terminate();
    const results = await running;
    const done = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const failed = results.flatMap((result) =>
      result.status === "rejected" ? [unavailable(result.reason)] : [],
    );
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThanOrEqual(3);
    for (const loss of failed) expect(loss).toBeInstanceOf(DatabaseUnavailable);
    expect(await database.kept()).toEqual([...done, ...done.map((id) => id + 1000)].sort((a, b) => a - b));
    await busy.end({ timeout: 1 });
  });
});

describe("silence", () => {
  const impatient = { waitForAnswer: 150 };

  test.each(["statement", "commit", "rollback"] as const)(
    "of the network at a %s ends in time",
    async (at) => {
      const transaction = openTransaction(pool, settings, impatient);
      await insert(transaction, 1);
      proxy.silent = true;
      if (at === "statement")
        expect(await caught(insert(transaction, 2))).toBeInstanceOf(DatabaseUnavailable);
      if (at === "commit") expect(await caught(transaction.commit())).toHaveProperty("outcomeUnknown", true);
      if (at === "rollback") await transaction.rollback();
      if (at !== "rollback") await isDead(transaction);
      proxy.heal();
      await sleep(50);
      expect(await database.kept()).toEqual(at === "commit" ? [1] : []);
    },
  );

  test("of a full pool ends in time, and the late connection goes back", async () => {
    const holder = openTransaction(pool, settings);
    await insert(holder, 1);
    const waiter = openTransaction(pool, settings, { waitForConnection: 150 });
    const leaver = openTransaction(pool, settings);
    const left = insert(leaver, 3).then(String, (error: Error) => error.cause);
    await sleep(20);
    await leaver.rollback();
    expect(await left).toHaveProperty("message", "rolled back before it was sent");
    expect(await caught(insert(waiter, 2))).toBeInstanceOf(DatabaseUnavailable);
    await holder.commit();
    expect(await database.kept()).toEqual([1]);
  });
});
