import { setTimeout as sleep } from "node:timers/promises";
import { sql as text } from "drizzle-orm";
import { integer, pgTable } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/postgres-js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connectForTransactions, type TransactionPool } from "@/db/client";
import { openTransaction, type TransactionSettings } from "@/db/transaction";
import { DatabaseUnavailable, TransactionClosed } from "@/db/transaction/failure";
import { sqlState, violatedConstraint } from "@/db/transaction/read-error";
import { caught, ledgerDatabase, settings } from "@/tests/faults/ledger";

const ledger = pgTable("ledger", { id: integer().primaryKey(), parent: integer() });

let database: Awaited<ReturnType<typeof ledgerDatabase>>;
let pool: TransactionPool;

beforeAll(async () => {
  database = await ledgerDatabase();
  pool = connectForTransactions(database.url, { max: 1, prepare: true });
});
beforeEach(() => database.empty());
afterAll(async () => {
  await pool?.end({ timeout: 2 });
  await database?.drop();
});

const open = (over: Partial<TransactionSettings> = {}) => openTransaction(pool, { ...settings, ...over });

const SEEN = text`select pg_backend_pid() as pid, current_user as role,
  current_setting('app.workspace_id', true) as workspace, current_setting('app.user_id', true) as person,
  current_setting('app.reach', true) as reach, current_setting('app.workspace_ids', true) as workspaces`;

describe("role and settings", () => {
  test("hold inside the transaction and are gone after it, on the same connection", async () => {
    const first = open();
    const [inside] = await first.db.execute(SEEN);
    await first.commit();
    const [outside] = await drizzle(pool).execute(SEEN);
    const second = open({ workspaceId: null, userId: null, workspaceIds: [] });
    const [next] = await second.db.execute(SEEN);
    await second.rollback();

    expect(inside).toMatchObject({
      role: "holdfast_tenant",
      workspace: settings.workspaceId,
      person: settings.userId,
      reach: "own",
      workspaces: `{${settings.workspaceIds.join(",")}}`,
    });
    const login = new URL(database.url).username;
    const nothing = { pid: inside?.pid, role: login, workspace: "", person: "", reach: "", workspaces: "" };
    expect(outside).toEqual(nothing);
    expect(next).toMatchObject({ pid: inside?.pid, workspace: "", person: "", workspaces: "{}" });
  });

  test("give the rights: the login alone can do nothing", async () => {
    await database.admin`insert into ledger (id) values (1)`;
    expect(sqlState(await caught(pool`select * from public.ledger`))).toBe("42501");
    expect(sqlState(await caught(pool`insert into public.ledger (id) values (2)`))).toBe("42501");
    const foreign = open({ role: "holdfast_security" });
    expect(sqlState(await caught(foreign.db.select().from(ledger)))).toBe("42501");
    await foreign.rollback();
  });

  test("fail the first statement when they cannot be set", async () => {
    const transaction = open({ role: "holdfast_migrator" as "holdfast_tenant" });
    expect(sqlState(await caught(transaction.db.execute(text`select 1`)))).toBe("42501");
    expect(await caught(transaction.commit())).toBeInstanceOf(TransactionClosed);
    const quoted = open({ workspaceIds: ["a,b"] });
    expect(await caught(quoted.db.execute(text`select 1`))).toHaveProperty("cause", expect.any(TypeError));
    await quoted.rollback();
  });
});

describe("the end", () => {
  test("of a transaction without a statement needs no database", async () => {
    const nowhere = connectForTransactions("postgres://nobody:x@127.0.0.1:1/none", { max: 1, prepare: true });
    await openTransaction(nowhere, settings).commit();
    await openTransaction(nowhere, settings).rollback();
    const refused = openTransaction(nowhere, settings);
    expect(await caught(refused.db.select().from(ledger))).toHaveProperty(
      "cause",
      expect.any(DatabaseUnavailable),
    );
    expect(await caught(refused.commit())).toBeInstanceOf(DatabaseUnavailable);
  });

  test("keeps on commit, undoes on rollback", async () => {
    const [one, two] = [open(), open()];
    await one.db.insert(ledger).values({ id: 1 });
    await one.commit();
    await two.db.insert(ledger).values({ id: 2 });
    await two.rollback();
    await two.rollback();
    expect(await database.kept()).toEqual([1]);
    expect(await caught(one.commit())).toBeInstanceOf(TransactionClosed);
    expect(await caught(two.commit())).toBeInstanceOf(TransactionClosed);
  });

  test.each(["commit", "rollback"] as const)("refuses what is sent after %s", async (end) => {
    const transaction = open();
    await transaction.db.insert(ledger).values({ id: 1 });
    const ending = transaction[end]();
    const during = caught(transaction.db.insert(ledger).values({ id: 2 }));
    await caught(ending);
    const after = caught(transaction.db.insert(ledger).values({ id: 3 }));
    for (const error of [await during, await after]) {
      expect(error).toHaveProperty("cause", expect.any(TransactionClosed));
    }
    // A statement was refused before COMMIT was sent: someone forgot to await it, so nothing may be kept.
    expect(await database.kept()).toEqual([]);
  });

  test("waits for statements that nobody awaited", async () => {
    const transaction = open();
    const slow = transaction.db
      .execute(text`insert into ledger (id) select 1 from pg_sleep(0.1)`)
      .then(String);
    const quick = Array.from({ length: 20 }, (_, id) =>
      transaction.db
        .insert(ledger)
        .values({ id: id + 2 })
        .execute(),
    );
    await transaction.commit();
    expect(await database.kept()).toHaveLength(21);
    await Promise.all([slow, ...quick]);
  });

  test("fails when a query was started but not sent before COMMIT", async () => {
    const transaction = open();
    await transaction.db.insert(ledger).values({ id: 1 });
    const write = async () => await transaction.db.insert(ledger).values({ id: 2 });
    const forgotten = caught(write());
    expect(await caught(transaction.commit())).toBeInstanceOf(TransactionClosed);
    expect(await forgotten).toHaveProperty("cause", expect.any(TransactionClosed));
    expect(await database.kept()).toEqual([]);
  });

  test("fails with what left in its packet, and keeps nothing", async () => {
    const transaction = open();
    await transaction.db.insert(ledger).values({ id: 1 });
    const beside = caught(transaction.unsafe("insert into ledger (id) values (1)", [], { asArrays: false }));
    const commit = await caught(transaction.commit());
    expect(commit).toBeInstanceOf(TransactionClosed);
    expect(commit).toHaveProperty("cause.code", "23505");
    expect(sqlState(await beside)).toBe("23505");
    expect(await database.kept()).toEqual([]);
  });

  test("tells of a deferred constraint that fails at COMMIT", async () => {
    const transaction = open();
    await transaction.db.insert(ledger).values({ id: 1, parent: 99 });
    const error = await caught(transaction.commit());
    expect([sqlState(error), violatedConstraint(error)]).toEqual(["23503", "parent_exists"]);
    await transaction.rollback();
    expect(await database.kept()).toEqual([]);
  });
});

describe("a failed statement", () => {
  test("cannot be swallowed", async () => {
    const transaction = open();
    await transaction.db.insert(ledger).values({ id: 1 });
    const first = await caught(transaction.db.insert(ledger).values({ id: 1 }));
    expect([sqlState(first), violatedConstraint(first)]).toEqual(["23505", "ledger_pkey"]);
    const later = await caught(transaction.db.insert(ledger).values({ id: 2 }));
    expect(later).toHaveProperty("cause.cause.code", "23505");
    const commit = await caught(transaction.commit());
    expect(commit).toBeInstanceOf(TransactionClosed);
    expect(commit).toHaveProperty("cause.code", "23505");
    expect(sqlState(commit)).toBeUndefined();
    expect(await database.kept()).toEqual([]);
  });

  test("fails the statements beside it", async () => {
    const transaction = open();
    const ids = [1, 2, 2, 3, 4];
    const results = await Promise.allSettled(ids.map((id) => transaction.db.insert(ledger).values({ id })));
    expect(results.map((result) => result.status === "fulfilled")).toEqual([true, true, false, false, false]);
    for (const result of results.slice(2))
      expect(sqlState((result as PromiseRejectedResult).reason)).toBe("23505");
    expect(await caught(transaction.commit())).toBeInstanceOf(TransactionClosed);
    expect(await database.kept()).toEqual([]);
  });
});

test("a read is over for the server soon after it is over, and leaves nothing to the next", async () => {
  const watcher = connectForTransactions(database.url, { max: 1, prepare: true });
  const open = async () => {
    const [row] = await watcher<{ n: number }[]>`select count(*)::int as n from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'`;
    return row?.n;
  };
  for (let time = 0; time < 3; time++) {
    const read = openTransaction(pool, { ...settings, readOnly: true });
    await read.db.execute(text`select 1`);
    await read.commit();
    const next = openTransaction(pool, { ...settings, workspaceId: null });
    const [left] = await next.db.execute(text`select current_setting('app.workspace_id') as workspace,
      current_setting('transaction_read_only') as reading`);
    expect(left).toEqual({ workspace: "", reading: "off" });
    await next.rollback();
    await expect.poll(open, { timeout: 1_000 }).toBe(0);
  }
  await watcher.end({ timeout: 5 });
});

test("reads that follow each other without end leave the pool to others, too", async () => {
  let isOver = false;
  const reads = async () => {
    while (!isOver) {
      const read = openTransaction(pool, { ...settings, readOnly: true });
      await read.db.execute(text`select 1`);
      await read.commit();
    }
  };
  const running = Promise.all([reads(), reads(), reads()]);
  await sleep(20);
  const asked = pool`select 1 as n`.then(([row]) => row);
  const answer = await Promise.race([asked, sleep(5_000, "nobody had a turn")]);
  isOver = true;
  await running;
  expect(answer).toEqual({ n: 1 });
});
