import { eq, sql as text } from "drizzle-orm";
import { customType, integer, jsonb, pgTable, timestamp } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { connectForTransactions, forTransactions, type TransactionPool } from "@/db/client";
import { openTransaction } from "@/db/transaction";
import { TransactionClosed } from "@/db/transaction/failure";
import { sqlState } from "@/db/transaction/read-error";
import { caught, ledgerDatabase, settings } from "@/tests/faults/ledger";

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

const open = () => openTransaction(pool, settings);

// postgres.js 3.4.9 rejects the statement before it and then waits for ever.
test.each([new Date(0), { a: 1 }])("refuses a parameter that cannot be encoded: %s", async (bad) => {
  const transaction = open();
  await transaction.db.execute(text`select ${5}::jsonb`);
  const before = caught(transaction.db.execute(text`select pg_sleep(0.02)`));
  const refused = await caught(transaction.db.execute(text`select ${bad}::jsonb`));
  expect(refused).toHaveProperty("cause", expect.any(TypeError));
  expect(await before).toBe("did not fail");
  await transaction.rollback();
});

test("gives the connection back when a value cannot be read", async () => {
  const parse = () => {
    throw new SyntaxError("unreadable");
  };
  const types = { boolean: { to: 16, from: [16], serialize: String, parse } };
  const own = forTransactions(postgres(database.url, { max: 1, types }));
  const transaction = openTransaction(own, settings);
  expect(await caught(transaction.db.execute(text`select true`))).toHaveProperty("cause.name", "SyntaxError");
  await transaction.rollback();
  const next = openTransaction(own, settings, { waitForConnection: 1000 });
  expect(await next.db.execute(text`select 1 as one`)).toEqual([{ one: 1 }]);
  await next.commit();
  await own.end({ timeout: 2 });
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
  expect(await database.kept()).toEqual([]);
});

test("refuses a nested transaction", async () => {
  const transaction = open();
  const { db } = transaction as unknown as { db: ReturnType<typeof drizzle> };
  await db.insert(ledger).values({ id: 1 });
  expect(await caught(db.transaction((inner) => inner.insert(ledger).values({ id: 2 })))).toBeInstanceOf(
    TransactionClosed,
  );
  expect(await caught(transaction.commit())).toBeInstanceOf(TransactionClosed);
  expect(await database.kept()).toEqual([]);
});

test("reads and writes values as Drizzle over a pool does", async () => {
  const at = new Date("2024-02-29T12:34:56.789Z");
  const doc = { text: "ü \u2028 'x'", list: [1, null], deep: { at: "2024" } };
  const row = {
    id: 1,
    parent: null,
    at,
    local: "2024-02-29 12:34:56.789123",
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
  const [stored] = await database.admin`select jsonb_typeof(doc) as doc, raw, local::text from ledger`;
  expect(stored).toEqual({ doc: "string", raw: row.raw, local: row.local });
  expect(await drizzle(database.admin).select().from(ledger)).toEqual([{ ...row, doc: "text" }]);
});

test.each([true, false])("prepares statements on the server: %s", async (prepare) => {
  const own = connectForTransactions(database.url, { max: 1, prepare: true });
  const transaction = openTransaction(own, settings, { prepare });
  for (const id of [1, 2, 3]) await transaction.db.select().from(ledger).where(eq(ledger.id, id));
  const prepared = await transaction.db.execute(
    text`select 1 from pg_prepared_statements where statement like '%"ledger"%' and statement not like '%pg_prepared%'`,
  );
  expect(prepared).toHaveLength(prepare ? 1 : 0);
  await transaction.commit();
  await own.end({ timeout: 2 });
});

test("a pool of three serves a hundred transactions at once, whatever becomes of each", async () => {
  const three = connectForTransactions(database.url, { max: 3, prepare: true });
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
  expect(await database.kept()).toEqual(
    Array.from({ length: 100 }, (_, id) => id).filter((id) => id % 5 === 0 || id % 5 === 4),
  );
  await three.end({ timeout: 2 });
});
