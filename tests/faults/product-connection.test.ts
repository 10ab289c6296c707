import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { connect } from "@/db/client";
import { publicError } from "@/server/guard/errors";
import { handleReady } from "@/server/http/health";
import { startProxy as startCuttingProxy } from "@/tests/faults/proxy";
import { dataOf } from "@/tests/support/answers";
import { sendAuth, signIn, signUp } from "@/tests/support/browser";
import { eventually, holdAt, killAll } from "@/tests/support/hold";
import { type Answer, type House, openHouse, type Person } from "@/tests/support/house";
import { type DatabaseProxy, startProxy } from "@/tests/support/proxy";

let house: House;
let person: Person;
let proxy: DatabaseProxy;
beforeAll(async () => {
  house = await openHouse((database) => ({
    databasePool: 6,
    // Else its sealer opens a connection each second, and the database is never without one.
    auditSealEvery: 60_000,
    database: { url: database.appUrl, authUrl: database.authUrl },
  }));
  person = await house.person();
});
afterAll(async () => {
  await house.close();
});

const create = (title: string) => house.call(person, "document.create", { title, body: title });
const expectUnavailable = ({ status, text, body }: Answer) => {
  expect([status, body.error?.data.code, text]).toEqual([
    503,
    "SERVICE_UNAVAILABLE",
    expect.stringContaining('"requestId":""'),
  ]);
  expect(text).not.toMatch(/connection|terminat|postgres|econn|57P01/i);
};

/** Documents without a version, versions without a document, and changes without their row in the trail. */
const halves = () => house.admin`
  select 'document' as what, d.id from document d left join document_version v on v.document_id = d.id where v.version is null
  union all select 'version', v.document_id from document_version v left join document d on d.id = v.document_id where d.id is null
  union all select 'unwritten', d.id from document d where 1 <>
    (select count(*) from audit_event e where e.resource_id = d.id and e.action = 'document.create')
  union all select 'row of nothing', e.resource_id from audit_event e
    where e.action = 'document.create' and not exists (select 1 from document d where d.id = e.resource_id)`;
const count = async () => {
  const [row] = await house.admin<{ rows: number }[]>`select count(*)::int as rows from document`;
  return row?.rows ?? 0;
};

/** Every point of a request at which something is under way in the database. */
const POINTS: [table: string, moment: "insert" | "commit"][] = [
  ["document", "insert"],
  ["document_version", "insert"],
  ["audit_event", "insert"],
  ["document", "commit"],
  ["audit_event", "commit"],
];

describe("when the connection is lost", () => {
  it.each(POINTS)(
    "at %s, %s: 503, nothing half-written, and the next request succeeds",
    async (table, moment) => {
      const before = await count();
      const hold = await holdAt(house.database.adminUrl, table, moment);
      const pending = create("Interrupted");
      await hold.reached(1);
      await hold.kill();
      expectUnavailable(await pending);
      await hold.release();
      expect(await count()).toBe(before);
      expect(await halves()).toEqual([]);
      dataOf(await create("Next"));
      expect(await count()).toBe(before + 1);
    },
  );

  it("of several requests at once, each of them is answered, and the pool is whole again", async () => {
    const before = await count();
    const hold = await holdAt(house.database.adminUrl, "document_version", "insert");
    const pending = Array.from({ length: 18 }, (_, index) => create(`Interrupted ${index}`));
    for (let round = 0; round < 3; round++) {
      await hold.reached(6);
      await hold.kill();
    }
    for (const answer of await Promise.all(pending)) expectUnavailable(answer);
    await hold.release();
    expect([await count(), await halves()]).toEqual([before, []]);
    const next = await Promise.all(Array.from({ length: 18 }, (_, index) => create(`Next ${index}`)));
    for (const answer of next) dataOf(answer);
  });

  it("while nobody asks anything, the next request succeeds", async () => {
    for (let round = 0; round < 10; round++) {
      const killed = await house.admin<{ pid: number }[]>`
        select pid from pg_stat_activity
        where datname = current_database() and usename in ('holdfast_app', 'holdfast_auth')`;
      expect(killed).not.toEqual([]);
      await killAll(house.admin);
      // These, and not all: whoever listens for notices is back at once.
      const pids = killed.map(({ pid }) => pid);
      await eventually(
        async () => (await house.admin`select 1 from pg_stat_activity where pid = any(${pids})`).length === 0,
      );
      dataOf(await create("After a quiet loss"));
    }
  });

  it("again and again, at any moment: 200 or 503, and never anything by halves", async () => {
    const before = await count();
    const answers: Answer[] = [];
    let strikes = 50;
    const storm = async () => {
      for (; strikes > 0; strikes--) {
        await killAll(house.admin);
        await sleep(Math.random() * 25);
      }
    };
    const work = async () => {
      while (strikes > 0) answers.push(await create("In a storm"));
    };
    await Promise.all([storm(), ...Array.from({ length: 6 }, work)]);
    const kept = answers.filter(({ status }) => status === 200);
    for (const answer of answers) if (answer.status !== 200) expectUnavailable(answer);
    // A connection lost during COMMIT: the work may have been kept, whole, though nobody could say so.
    const made = (await count()) - before;
    expect(made).toBeGreaterThanOrEqual(kept.length);
    expect(await halves()).toEqual([]);
    const ids = kept.map((answer) => dataOf(answer).id ?? "");
    expect(
      await house.admin`select id from document where id in ${house.admin([person.userId, ...ids])}`,
    ).toHaveLength(ids.length);
    await killAll(house.admin);
    await eventually(async () => (await create("After the storm")).status === 200);
  }, 90_000);
});

it("a lost database is told by its name: pages and server each have a module graph of their own", async () => {
  vi.resetModules();
  const { DatabaseUnavailable } = await import("@/db/transaction/failure");
  expect(publicError(new Error("wrapped", { cause: new DatabaseUnavailable("gone") })).httpStatus).toBe(503);
});

it("a new connection asks nothing that nobody waits for: its loss would end the process", async () => {
  const cutting = await startCuttingProxy(house.database.appUrl);
  cutting.cut = { at: "pg_type", how: "end", answered: false };
  const sql = connect(cutting.url, { max: 1, prepare: true });
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  await sql.end({ timeout: 5 });
  await cutting.stop();
});

describe("when the database is gone", () => {
  let cut: House;
  let someone: Person;
  beforeAll(async () => {
    proxy = await startProxy(house.database.appUrl);
    cut = await openHouse(({ appUrl, authUrl }) => ({
      database: { url: proxy.through(appUrl), authUrl: proxy.through(authUrl) },
    }));
    someone = await cut.person();
    await signUp(cut, "here@example.com");
    await proxy.down();
  });
  afterAll(async () => {
    await cut.close();
    await proxy.down();
  });

  it("nobody is told that they are not signed in, and nobody is let in", async () => {
    for (const path of ["me.get", "task.list", "task.create", "securityEvent.mine", "workspace.create"]) {
      expectUnavailable(
        await cut.call(someone, path, path.endsWith("create") ? { title: "x", name: "x" } : undefined),
      );
    }
    expect((await cut.call(null, "me.get")).status).toBe(401);
    expect(
      (await cut.call(null, "me.get", undefined, { cookie: "holdfast.session_token=forged.x" })).status,
    ).toBe(401);
  });

  it("sign-up, sign-in and get-session are 503 as well, and nothing of the person is printed", async () => {
    const printed = vi.spyOn(console, "error");
    const answers = [
      await signUp(cut, "new@example.com"),
      await signIn(cut, "here@example.com"),
      await sendAuth(cut, "GET", "/get-session", { headers: { cookie: someone.cookie } }),
    ];
    for (const { status, body, text } of answers) {
      expect([status, body.error?.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
      expect(text).not.toMatch(/econn|connect/i);
    }
    expect(printed).not.toHaveBeenCalled();
    expect(readFileSync(join(cut.runtime.env.dataDir, "holdfast.log"), "utf8")).not.toContain("@example.com");
    expect((await handleReady(cut.runtime)).status).toBe(503);
  });

  it("and comes back, everything works again", async () => {
    await proxy.up();
    await eventually(async () => (await cut.call(someone, "me.get")).status === 200);
    expect((await signIn(cut, "here@example.com")).status).toBe(200);
    expect((await handleReady(cut.runtime)).status).toBe(200);
  });
});
