import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { holdfast } from "@/tests/support/command";
import { type House, openHouse } from "@/tests/support/house";
import { append, sealEverything, verdictOf } from "@/tests/support/seals";

const DAY = 86_400_000;

let house: House;
let heads: Map<number, string>;
/** Rows in seals that are forty days old, and the number of the last of those. */
let oldRows: number;
let oldSeals: number;

/** Seals as if it were that many days ago. */
async function sealDaysAgo(days: number): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - days * DAY });
  try {
    for (const { number, hmac } of await sealEverything(house, 4)) heads.set(number, hmac);
  } finally {
    vi.useRealTimers();
  }
}

beforeAll(async () => {
  house = await openHouse({ auditSealEvery: 3_600_000 });
  heads = new Map();
  const person = await house.person();
  for (let title = 0; title < 9; title++) await person.in().task.create({ title: `Task ${title}` });
  await sealDaysAgo(40);
  const [old] = await house.admin<{ rows: number; seals: number }[]>`
    select sum(count)::int as rows, count(*)::int as seals from audit_seal`;
  oldRows = old?.rows ?? 0;
  oldSeals = old?.seals ?? 0;
  for (let title = 0; title < 5; title++) await person.in().task.create({ title: `Task ${title}` });
  await sealDaysAgo(0);
  expect(oldSeals).toBeGreaterThan(2);
});
afterAll(() => house.close());

const owner = () => ({ DATABASE_DIRECT_URL: house.database.adminUrl });
const retain = (args: string[], settings: Record<string, string> = owner()) =>
  holdfast(house, ["log", "retain", ...args], settings);
const kept = async () => (await house.admin`select count(*)::int from audit_event`)[0]?.count as number;
const fault = async () => (await verdictOf(house, house.runtime, heads)).fault;

describe("holdfast log retain", () => {
  it.each([
    ["no number of days", [], {}, "usage: holdfast log retain --days"],
    ["a day, within which nothing may go", ["--days", "1"], {}, "usage: holdfast log retain --days"],
    ["no login that may", ["--days", "30"], { DATABASE_DIRECT_URL: "" }, "DATABASE_DIRECT_URL is missing"],
  ])("with %s drops nothing, and says so in one line", async (_, args, settings, line) => {
    const before = await kept();
    const { code, stdout, stderr } = await retain(args, { ...owner(), ...settings });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(line);
    expect(stderr.trimEnd()).not.toContain("\n");
    expect(await kept()).toBe(before);
  });

  it("drops nothing of a trail that is not whole", async () => {
    const [row] = await house.admin`select id, action from audit_event e order by e.xid, e.id limit 1`;
    await house.admin`update audit_event set action = 'me.get' where id = ${row?.id}`;
    const { code, stderr } = await retain(["--days", "30"]);
    await house.admin`update audit_event set action = ${row?.action} where id = ${row?.id}`;
    expect(code).toBe(1);
    expect(stderr).toContain(`nothing was dropped, the trail is not whole: audit row ${row?.id}`);
    expect(await fault()).toBeUndefined();
  });

  it("says what it would drop, and drops nothing, on a dry run", async () => {
    const before = await kept();
    const { stdout } = await retain(["--days", "30", "--dry-run"]);
    expect(stdout).toMatch(new RegExp(`^seals 1–${oldSeals} are older than .*; nothing was dropped\n$`));
    expect((await retain(["--days", "50"])).stdout).toContain("no seal is older");
    expect(await kept()).toBe(before);
  });

  it("drops whole seals that are older, with their details, by a login that is no superuser", async () => {
    const [name, password] = [`direct_${oldRows}_${Date.now()}`, "a-password"];
    await house.admin.unsafe(`create role ${name} login createrole noinherit password '${password}';
      grant holdfast_migrator to ${name}; do $$ begin execute format('grant connect on database %I to ${name}', current_database()); end $$`);
    const url = new URL(house.database.adminUrl);
    Object.assign(url, { username: name, password });
    const before = await kept();
    const { code, stdout, stderr } = await retain(["--days", "30", "--json"], {
      DATABASE_DIRECT_URL: url.href,
    });
    await house.admin.unsafe(`drop owned by ${name}; drop role ${name}`);
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ through: oldSeals, rows: oldRows, dryRun: false });
    // What was dropped, and the record of that.
    expect(await kept()).toBe(before - oldRows + 1);
    const orphans = await house.admin`
      select 1 from audit_detail d where not exists (select from audit_event e where e.id = d.event_id)`;
    expect(orphans).toHaveLength(0);
    const [record] = await house.admin`select * from audit_event where action = 'audit_retained'`;
    expect(record).toMatchObject({ actor_kind: "system", resource_kind: "audit", outcome: "success" });
  });

  it("leaves a chain that is whole, before the record of it is sealed and after", async () => {
    const expected = { whole: true, retained: { rows: oldRows, seals: oldSeals } };
    expect(await verdictOf(house, house.runtime, heads)).toMatchObject({ ...expected, unsealed: 1 });
    await sealDaysAgo(0);
    expect(await verdictOf(house, house.runtime, heads)).toMatchObject({ ...expected, unsealed: 0 });
    const { code, stdout } = await holdfast(house, ["log", "verify"]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        new RegExp(
          `^rows 1–${oldRows}, in seals 1–${oldSeals}, were retained away until .*Z; \\d+ rows in \\d+ seals`,
        ),
      ),
    ]);
  });

  it("finds nothing to do the second time", async () => {
    const before = await kept();
    expect((await retain(["--days", "30"])).stdout).toContain("all of those are dropped");
    expect(await kept()).toBe(before);
  });
});

describe("after a retention, a superuser who", () => {
  beforeAll(() =>
    house.admin.unsafe(`alter table audit_detail drop constraint audit_detail_event_fk;
      create table kept_events as table audit_event; create table kept_seals as table audit_seal;
      create table kept_details as table audit_detail`),
  );
  afterEach(async () => {
    await house.admin.unsafe(`truncate audit_event, audit_seal, audit_detail;
      insert into audit_event select * from kept_events; insert into audit_seal select * from kept_seals;
      insert into audit_detail select * from kept_details`);
    expect(await fault()).toBeUndefined();
  });

  const next = () => oldSeals + 1;
  const empty = (number: number) => `
    delete from audit_event where id in (select unnest(row_ids) from audit_seal where number = ${number});
    update audit_seal set row_ids = '{}', row_digests = '{}' where number = ${number}`;
  const deeds: [deed: string, statement: () => string, found: () => object][] = [
    [
      "alters a row that is left",
      () => `update audit_event set action = 'me.get'
        where id = (select row_ids[1] from audit_seal where number = ${next()})`,
      () => ({ what: "row", how: "altered", seal: next() }),
    ],
    [
      "drops the rows of one more seal by hand",
      () => empty(next()),
      () => ({ what: "seal", how: "emptied", seal: next() }),
    ],
    [
      "drops rows by hand and leaves the lists",
      () =>
        `delete from audit_event where id in (select unnest(row_ids) from audit_seal where number = ${next()})`,
      () => ({ what: "row", how: "missing", seal: next() }),
    ],
    [
      "drops one more seal and writes down that it was by right, without the key",
      () => `${empty(next())}; insert into audit_event (id, actor_kind, action, resource_kind, outcome, reason)
        select gen_random_uuid(), 'system', 'audit_retained', 'audit', 'success',
          replace(reason, 'through seal ${oldSeals},', 'through seal ${next()},') from kept_events where action = 'audit_retained'`,
      () => ({ what: "seal", how: "emptied", seal: next() }),
    ],
    [
      "takes the record of it out",
      () => "delete from audit_event where action = 'audit_retained'",
      () => ({ what: "seal", how: "emptied", seal: 1 }),
    ],
    [
      "takes a seal out of what was dropped",
      () => "delete from audit_seal where number = 2",
      () => ({ what: "seal", how: "missing", seal: 2 }),
    ],
    [
      "alters a seal of what was dropped",
      () => "update audit_seal set count = count + 1 where number = 2",
      () => ({ what: "seal", how: "altered", seal: 2 }),
    ],
    [
      "lists rows again in a seal of what was dropped",
      () => "update audit_seal set row_ids = array[gen_random_uuid()] where number = 2",
      () => ({ what: "seal", how: "kept", seal: 2 }),
    ],
    [
      "puts a row where rows were dropped",
      () => `insert into audit_event (id, xid, actor_kind, action, resource_kind, outcome)
        select last_id, last_xid, 'system', 'task.delete', 'task', 'success' from audit_seal where number = 2`,
      () => ({ what: "row", how: "kept", seal: 2 }),
    ],
    [
      "dates the record otherwise",
      () =>
        "update audit_event set reason = replace(reason, 'until 2', 'until 1') where action = 'audit_retained'",
      () => ({ what: "seal", how: "emptied", seal: 1 }),
    ],
  ];

  it.each(deeds)("%s is found", async (_, statement, expected) => {
    await house.admin.unsafe(statement());
    const found = await fault();
    expect(found).toMatchObject(expected());
    expect(found?.line).not.toContain("\n");
  });
});

describe("the function behind it", () => {
  const attempt = (role: string, statement: string) =>
    house.admin
      .begin(async (sql) => {
        await sql`select set_config('role', ${role}, true), set_config('app.reach', 'any', true)`;
        await sql.unsafe(statement);
        throw Object.assign(new Error("undone"), { code: "done, and undone" });
      })
      .catch((error: { code: string }) => error.code);
  const ROLES = ["holdfast_tenant", "holdfast_identity", "holdfast_security", "holdfast_auth"];

  it.each(ROLES)("is not for %s", async (role) => {
    expect(await attempt(role, "select retain_audit(1, '')")).toBe("42501");
    expect(await attempt(role, "select erase_person(gen_random_uuid(), '')")).toBe("42501");
  });

  it("drops nothing that is younger than a day, whoever calls it", async () => {
    const newest = "(select max(number) from audit_seal)";
    expect(await attempt("holdfast_migrator", `select retain_audit(${newest}, '')`)).toBe("P0001");
    expect(await attempt("holdfast_migrator", "select retain_audit(900000, '')")).toBe("P0001");
  });

  it("is the only way for the owner of the tables, whom their policies hold", async () => {
    const before = await kept();
    await append(house.admin);
    await house.admin.begin(async (sql) => {
      await sql`set local role holdfast_migrator`;
      await sql`delete from audit_detail`;
      await sql`update audit_detail set facts = '{}'`;
      await sql`delete from audit_event`;
    });
    expect(await kept()).toBe(before + 1);
    expect(await fault()).toBeUndefined();
    expect(await attempt("holdfast_migrator", "update audit_seal set hmac = 'x'")).toBe("42501");
    expect(await attempt("holdfast_migrator", "delete from audit_seal")).toBe("42501");
  });
});
