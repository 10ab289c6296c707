import { eq, sql as text } from "drizzle-orm";
import { customType, integer, jsonb, pgTable, timestamp } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect, type Sql } from "@/db/client";
import {
  DatabaseUnavailable,
  openTransaction,
  sqlState,
  TransactionClosed,
  type TransactionSettings,
  violatedConstraint,
} from "@/db/transaction";
import { type ScratchDatabase, scratchDatabase } from "@/tests/support/database";

const bytes = customType<{ data: Buffer }>({ dataType: () => "bytea" });
const ledger = pgTable("ledger", {
  id: integer().primaryKey(),
  parent: integer(),
  at: timestamp({ withTimezone: true }),
  local: timestamp({ mode: "string" }),
  days: timestamp({ withTimezone: true }).array(),
  doc: jsonb(),
  raw: bytes(),
});

const settings: TransactionSettings = {
  role: "holdfast_tenant",
  workspaceId: "0198c0de-0000-7000-8000-000000000001",
  userId: "0198c0de-0000-7000-8000-000000000002",
  reach: "own",
  workspaceIds: ["0198c0de-0000-7000-8000-000000000001", "0198c0de-0000-7000-8000-000000000003"],
};

let database: ScratchDatabase;
let admin: Sql;
let pool: Sql;

beforeAll(async () => {
  database = await scratchDatabase();
  admin = postgres(database.adminUrl, { max: 2, onnotice: () => {} });
  await admin.unsafe(`
    create table ledger (
      id integer primary key, at timestamptz, local timestamp, days timestamptz[], doc jsonb, raw bytea,
      parent integer constraint parent_exists references ledger deferrable initially deferred);
    grant select, insert, update on ledger to holdfast_tenant`);
  pool = connect(database.appUrl, { max: 1, prepare: true });
});

beforeEach(async () => {
  await admin`delete from ledger`;
});

afterAll(async () => {
  await pool?.end({ timeout: 2 });
  await admin?.end({ timeout: 2 });
  await database?.drop();
});

const open = (over: Partial<TransactionSettings> = {}) => openTransaction(pool, { ...settings, ...over });
const caught = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => "did not fail",
    (error: unknown) => error,
  );
const kept = async () =>
  (await admin<{ id: number }[]>`select id from ledger order by id`).map((row) => row.id);

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
    const login = new URL(database.appUrl).username;
    const nothing = { pid: inside?.pid, role: login, workspace: "", person: "", reach: "", workspaces: "" };
    expect(outside).toEqual(nothing);
    expect(next).toMatchObject({ pid: inside?.pid, workspace: "", person: "", workspaces: "{}" });
  });

  test("give the rights: the login alone can do nothing", async () => {
    await admin`insert into ledger (id) values (1)`;
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
    const nowhere = connect("postgres://nobody:x@127.0.0.1:1/none", { max: 1, prepare: true });
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
    expect(await kept()).toEqual([1]);
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
    expect(await kept()).toEqual([]);
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
    expect(await kept()).toHaveLength(21);
    await Promise.all([slow, ...quick]);
  });

  test("fails when a query was started but not sent before COMMIT", async () => {
    const transaction = open();
    await transaction.db.insert(ledger).values({ id: 1 });
    const write = async () => await transaction.db.insert(ledger).values({ id: 2 });
    const forgotten = caught(write());
    expect(await caught(transaction.commit())).toBeInstanceOf(TransactionClosed);
    expect(await forgotten).toHaveProperty("cause", expect.any(TransactionClosed));
    expect(await kept()).toEqual([]);
  });

  test("tells of a deferred constraint that fails at COMMIT", async () => {
    const transaction = open();
    await transaction.db.insert(ledger).values({ id: 1, parent: 99 });
    const error = await caught(transaction.commit());
    expect([sqlState(error), violatedConstraint(error)]).toEqual(["23503", "parent_exists"]);
    await transaction.rollback();
    expect(await kept()).toEqual([]);
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
    expect(await kept()).toEqual([]);
  });

  test("fails the statements beside it", async () => {
    const transaction = open();
    const ids = [1, 2, 2, 3, 4];
    const results = await Promise.allSettled(ids.map((id) => transaction.db.insert(ledger).values({ id })));
    expect(results.map((result) => result.status === "fulfilled")).toEqual([true, true, false, false, false]);
    for (const result of results.slice(2))
      expect(sqlState((result as PromiseRejectedResult).reason)).toBe("23505");
    expect(await caught(transaction.commit())).toBeInstanceOf(TransactionClosed);
    expect(await kept()).toEqual([]);
  });

  // postgres.js 3.4.9 rejects the statement before it and then waits for ever.
  test.each([new Date(0), { a: 1 }, Symbol.iterator])(
    "of a parameter that cannot be encoded: %s",
    async (bad) => {
      const transaction = open();
      await transaction.db.execute(text`select ${5}::jsonb`);
      const before = caught(transaction.db.execute(text`select pg_sleep(0.02)`));
      expect(await caught(transaction.db.execute(text`select ${bad}::jsonb`))).toHaveProperty(
        "cause",
        expect.any(TypeError),
      );
      expect(await before).toBe("did not fail");
      await transaction.rollback();
    },
  );
});

test.each([
  ["commit"],
  ["rollback"],
  ["begin"],
  ["savepoint a"],
  ["set role holdfast_security"],
  ["reset role"],
  ["discard all"],
  ["/**/ commit"],
  ["select 1; commit"],
  ["do $$ begin commit; end $$"],
  ["select set_config('role', 'none', true)"],
  ["select set_config('app.workspace_id', '', true)"],
  ["copy ledger to stdout"],
  ["prepare transaction 'a'"],
  ["truncate ledger"],
])("refuses %s", async (statement) => {
  const transaction = open();
  await transaction.db.insert(ledger).values({ id: 1 });
  const error = (await caught(transaction.db.execute(text.raw(statement)))) as Error;
  expect(error.cause instanceof TransactionClosed || sqlState(error) === "42601").toBe(true);
  expect(await caught(transaction.commit())).toBeInstanceOf(TransactionClosed);
  expect(await kept()).toEqual([]);
});

test("refuses a nested transaction", async () => {
  const transaction = open();
  const { db } = transaction as unknown as { db: ReturnType<typeof drizzle> };
  await db.insert(ledger).values({ id: 1 });
  expect(await caught(db.transaction((inner) => inner.insert(ledger).values({ id: 2 })))).toBeInstanceOf(
    TransactionClosed,
  );
  expect(await caught(transaction.commit())).toBeInstanceOf(TransactionClosed);
  expect(await kept()).toEqual([]);
});

test("reads and writes values as Drizzle over a pool does", async () => {
  const at = new Date("2024-02-29T12:34:56.789Z");
  const doc = { text: "ü \u2028 'x'", list: [1, null], deep: { at: "2024" } };
  const row = {
    id: 1,
    parent: null,
    at,
    local: "2024-02-29 12:34:56.789",
    days: [at, at],
    doc,
    raw: Buffer.from([0, 255, 39]),
  };
  const transaction = open();
  await transaction.db.insert(ledger).values(row);
  expect(await transaction.db.select().from(ledger).where(eq(ledger.at, at))).toEqual([row]);
  expect(await transaction.db.$count(ledger, eq(ledger.id, 1))).toBe(1);
  const result = await transaction.db.update(ledger).set({ doc: "text" }).where(eq(ledger.id, 1));
  expect([result.count, result.command]).toEqual([1, "UPDATE"]);
  await transaction.commit();
  expect(await drizzle(admin).select().from(ledger)).toEqual([{ ...row, doc: "text" }]);
});

test.each([true, false])("prepares statements on the server: %s", async (prepare) => {
  const own = connect(database.appUrl, { max: 1, prepare });
  const transaction = openTransaction(own, settings, { prepare });
  for (const id of [1, 2, 3]) await transaction.db.select().from(ledger).where(eq(ledger.id, id));
  const prepared = await transaction.db.execute(
    text`select 1 from pg_prepared_statements where statement like 'select %"ledger"."id" =%'`,
  );
  expect(prepared).toHaveLength(prepare ? 1 : 0);
  await transaction.commit();
  await own.end({ timeout: 2 });
});

test("a pool of three serves a hundred transactions at once, whatever becomes of each", async () => {
  const three = connect(database.appUrl, { max: 3, prepare: true });
  const one = async (id: number) => {
    const transaction = openTransaction(three, { ...settings, userId: `user-${id}` });
    const [seen] = await transaction.db.execute(text`select current_setting('app.user_id', true) as person`);
    expect(seen?.person).toBe(`user-${id}`);
    const parent = id % 5 === 1 ? 9999 : null;
    await Promise.all([
      transaction.db.insert(ledger).values({ id, parent }),
      transaction.db.select().from(ledger),
    ]);
    if (id % 5 === 2) await transaction.rollback();
    if (id % 5 === 3) await caught(transaction.db.insert(ledger).values({ id }));
    if (id % 5 !== 2) await transaction.commit();
  };
  const results = await Promise.allSettled(Array.from({ length: 100 }, (_, id) => one(id)));
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(60);
  expect(await kept()).toEqual(
    Array.from({ length: 100 }, (_, id) => id).filter((id) => id % 5 === 0 || id % 5 === 4),
  );
  await three.end({ timeout: 2 });
});
