import { createServer, type Server, type Socket, connect as tcp } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { sql as text } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect, type Sql } from "@/db/client";
import {
  DatabaseUnavailable,
  openTransaction,
  type Transaction,
  type TransactionSettings,
  unavailable,
} from "@/db/transaction";
import { type ScratchDatabase, scratchDatabase } from "@/tests/support/database";

const settings: TransactionSettings = {
  role: "holdfast_tenant",
  workspaceId: "0198c0de-0000-7000-8000-000000000001",
  userId: null,
  reach: "any",
  workspaceIds: [],
};

let database: ScratchDatabase;
let admin: Sql;
let proxy: Awaited<ReturnType<typeof startProxy>>;
let pool: Sql;
const stray: unknown[] = [];
const onStray = (error: unknown) => stray.push(error);

beforeAll(async () => {
  process.on("uncaughtException", onStray).on("unhandledRejection", onStray);
  database = await scratchDatabase();
  admin = postgres(database.adminUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(`
    create table ledger (id integer primary key, slow boolean);
    grant select, insert on ledger to holdfast_tenant;
    create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(5); return new; end $$;
    create constraint trigger dawdle after insert on ledger deferrable initially deferred
      for each row when (new.slow) execute function dawdle()`);
  proxy = await startProxy(Number(new URL(database.appUrl).port));
});

beforeEach(async () => {
  await admin`delete from ledger`;
  pool = connect(proxy.through(database.appUrl), { max: 1, prepare: true });
});

afterEach(async () => {
  proxy.heal();
  const again = openTransaction(pool, settings);
  await again.db.execute(text`insert into ledger (id) values (100)`);
  await again.commit();
  expect(await kept()).toContain(100);
  await sleep(20);
  expect(stray).toEqual([]);
  await pool.end({ timeout: 1 });
});

afterAll(async () => {
  process.off("uncaughtException", onStray).off("unhandledRejection", onStray);
  await admin?.end({ timeout: 2 });
  await proxy?.stop();
  await database?.drop();
});

const kept = async () =>
  (await admin<{ id: number }[]>`select id from ledger order by id`).map((row) => row.id);
const insert = (transaction: Transaction, id: number) =>
  transaction.db.execute(text`insert into ledger (id) values (${id})`);
const caught = (promise: PromiseLike<unknown>): Promise<DatabaseUnavailable | undefined> =>
  Promise.resolve(promise).then(() => undefined, unavailable);
const terminate = async () => {
  await admin`select pg_terminate_backend(pid) from pg_stat_activity
    where usename = ${new URL(database.appUrl).username} and datname = current_database()`;
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
    expect(await kept()).toEqual(at === "commit" && answered ? [1, 2] : []);
  });

  test.each(cuts)("by %s between two statements", async (how) => {
    const transaction = openTransaction(pool, settings);
    await insert(transaction, 1);
    proxy.cutNow(how);
    expect(await caught(insert(transaction, 2))).toBeInstanceOf(DatabaseUnavailable);
    await isDead(transaction);
    expect(await kept()).toEqual([]);
  });

  test.each(cuts)("by %s at ROLLBACK is not the caller's trouble", async (how) => {
    proxy.cut = { at: "rollback", how, answered: false };
    const transaction = openTransaction(pool, settings);
    await insert(transaction, 1);
    await transaction.rollback();
    expect(await kept()).toEqual([]);
  });

  test("while it lay idle in the pool costs nobody anything", async () => {
    for (const cut of [() => proxy.cutNow("reset"), () => proxy.cutNow("end"), terminate]) {
      const before = openTransaction(pool, settings);
      await before.db.execute(text`select 1`);
      await before.commit();
      await cut();
      const next = openTransaction(pool, settings);
      await next.db.execute(text`select 1`);
      await next.commit();
    }
  });
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
        expect(await kept()).toEqual([]);
      }
    },
  );

  test("while statements are in flight", async () => {
    const transaction = openTransaction(pool, settings);
    await insert(transaction, 1);
    const inFlight = [
      caught(transaction.db.execute(text`select pg_sleep(5)`)),
      caught(insert(transaction, 2)),
    ];
    await sleep(50);
    await terminate();
    for (const loss of await Promise.all(inFlight)) expect(loss).toBeInstanceOf(DatabaseUnavailable);
    await isDead(transaction);
    expect(await kept()).toEqual([]);
  });

  test("during COMMIT", async () => {
    const transaction = openTransaction(pool, settings);
    await transaction.db.execute(text`insert into ledger (id, slow) values (1, true)`);
    const commit = caught(transaction.commit());
    await sleep(50);
    await terminate();
    expect(await commit).toHaveProperty("outcomeUnknown", true);
    await isDead(transaction);
    expect(await kept()).toEqual([]);
  });

  test("under a busy pool fails its transaction only", async () => {
    const busy = connect(proxy.through(database.appUrl), { max: 3, prepare: true });
    const one = async (id: number) => {
      const transaction = openTransaction(busy, settings);
      await insert(transaction, id);
      await transaction.db.execute(text`select pg_sleep(0.01)`);
      await insert(transaction, id + 1000);
      await transaction.commit();
      return id;
    };
    const running = Promise.allSettled(Array.from({ length: 60 }, (_, id) => one(id)));
    await sleep(100);
    await terminate();
    const results = await running;
    const done = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const failed = results.flatMap((result) =>
      result.status === "rejected" ? [unavailable(result.reason)] : [],
    );
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThanOrEqual(3);
    for (const loss of failed) expect(loss).toBeInstanceOf(DatabaseUnavailable);
    expect(await kept()).toEqual([...done, ...done.map((id) => id + 1000)].sort((a, b) => a - b));
    await busy.end({ timeout: 1 });
  });
});

describe("silence", () => {
  const impatient = { waitForAnswer: 150, waitForConnection: 150 };

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
      await isDead(transaction);
      proxy.heal();
      await sleep(50);
      expect(await kept()).toEqual(at === "commit" ? [1] : []);
    },
  );

  test("of a full pool ends in time, and the late connection goes back", async () => {
    const holder = openTransaction(pool, settings);
    await insert(holder, 1);
    const [waiter, leaver] = [openTransaction(pool, settings, impatient), openTransaction(pool, settings)];
    const left = Promise.resolve(insert(leaver, 3)).catch((error: Error) => error.cause);
    await leaver.rollback();
    expect(await left).toHaveProperty("name", "TransactionClosed");
    expect(await caught(insert(waiter, 2))).toBeInstanceOf(DatabaseUnavailable);
    await holder.commit();
    expect(await kept()).toEqual([1]);
  });
});

interface Cut {
  /** What the client's packet says. */
  at: string;
  how: "end" | "reset";
  /** Cut when the server answers that packet, rather than before it gets there. */
  answered: boolean;
}

/** A TCP proxy in front of the server that cuts, or falls silent, on command. */
async function startProxy(port: number) {
  const open = new Set<Socket>();
  const state = { cut: undefined as Cut | undefined, silent: false };
  const held: (() => void)[] = [];
  const kill = (socket: Socket, how: Cut["how"]) =>
    how === "end" ? socket.destroy() : socket.resetAndDestroy();
  const pass = (to: Socket, data: Buffer) =>
    state.silent ? held.push(() => to.write(data)) : to.write(data);

  const server: Server = createServer((client) => {
    const upstream = tcp(port, "127.0.0.1");
    let armed = false;
    open.add(client);
    client.on("data", (data) => {
      const { cut } = state;
      const hit = cut !== undefined && data.toString("latin1").includes(cut.at);
      armed ||= hit && cut.answered;
      if (hit && !cut.answered) kill(client, cut.how);
      else pass(upstream, data);
    });
    upstream.on("data", (data) => {
      if (armed && state.cut) kill(client, state.cut.how);
      else pass(client, data);
    });
    client.on("error", () => {}).on("close", () => upstream.destroy());
    upstream.on("error", () => {}).on("close", () => client.destroy());
    client.on("close", () => open.delete(client));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as { port: number };

  return Object.assign(state, {
    through: (url: string) => Object.assign(new URL(url), { port: String(own) }).href,
    cutNow: (how: Cut["how"]) => {
      for (const client of open) kill(client, how);
    },
    heal: () => {
      Object.assign(state, { cut: undefined, silent: false });
      for (const release of held.splice(0)) release();
    },
    stop: async () => {
      for (const client of open) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
