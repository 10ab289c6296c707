import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSealer } from "@/server/guard/seal";
import { type House, openHouse } from "@/tests/support/house";
import { append, sealEverything, verdictOf } from "@/tests/support/seals";

// The house's own sealer sleeps: each test says when something is sealed.
const QUIET = { auditSealEvery: 3_600_000 };

let house: House;
beforeAll(async () => {
  house = await openHouse(QUIET);
});
afterAll(() => house.close());

const sealer = (batch?: number) =>
  createSealer({
    openTransaction: house.runtime.openTransaction,
    keys: house.runtime.env.auditKeys,
    announce: () => {},
    ...(batch !== undefined && { batch }),
  });
const seals = () => house.admin<{ number: string; rows: string[] }[]>`
  select number::text, row_ids as rows from audit_seal order by audit_seal.number`;
const inOrder = async () =>
  (await house.admin<{ id: string }[]>`select id from audit_event e order by e.xid, e.id`).map(
    ({ id }) => id,
  );
const sealedRows = async () => (await seals()).flatMap(({ rows }) => rows);

describe("the sealer", () => {
  it("seals every row of sixteen writers exactly once, in the order (xid, id), with two sealers at work", async () => {
    const people = await Promise.all(Array.from({ length: 16 }, () => house.person()));
    let writing = true;
    const working = [sealer(7), sealer(5)].map(async (seal) => {
      while (writing) {
        await seal();
        await sleep(3);
      }
    });
    await Promise.all(
      people.map(async (person) => {
        for (let title = 0; title < 20; title++) await person.in().task.create({ title: `Task ${title}` });
      }),
    );
    writing = false;
    await Promise.all(working);
    await sealEverything(house);
    const sealed = await sealedRows();
    expect(sealed.length).toBeGreaterThan(320);
    expect(new Set(sealed).size).toBe(sealed.length);
    expect(sealed).toEqual(await inOrder());
    const numbers = (await seals()).map(({ number }) => Number(number));
    expect(numbers.length).toBeGreaterThan(10);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(await verdictOf(house)).toEqual({
      whole: true,
      rows: sealed.length,
      seals: numbers.length,
      unsealed: 0,
    });
  });

  it("waits for a transaction that stays open while others commit, and skips nothing of it", async () => {
    await sealEverything(house);
    const before = (await sealedRows()).length;
    const early: string[] = [];
    await house.admin.begin(async (open) => {
      early.push(await append(open));
      const late = await append(house.admin);
      await sealer()();
      expect((await sealedRows()).length).toBe(before);
      early.push(await append(open), late);
    });
    await sealEverything(house);
    expect((await sealedRows()).slice(before).toSorted()).toEqual(early.toSorted());
    expect(await verdictOf(house)).toMatchObject({ whole: true, unsealed: 0 });
  });

  it("does nothing while another leads", async () => {
    await append(house.admin);
    await house.admin.begin(async (other) => {
      await other`select pg_advisory_xact_lock(7130222)`;
      expect(await sealer()()).toBe(0);
    });
    await sealEverything(house);
    expect(await verdictOf(house)).toMatchObject({ whole: true, unsealed: 0 });
  });

  it("goes on with a new key, and the old one still proves what it sealed", async () => {
    const { auditKeys } = house.runtime.env;
    const secrets = new Map([[2, "another-key-of-at-least-32-characters"], ...auditKeys.secrets]);
    const rotated = { ...house.runtime.env, auditKeys: { current: 2, secrets } };
    const seal = createSealer({
      openTransaction: house.runtime.openTransaction,
      keys: rotated.auditKeys,
      announce: () => {},
    });
    await append(house.admin);
    while ((await seal()) === 0) await sleep(20);
    expect(await verdictOf(house, { ...house.runtime, env: rotated })).toMatchObject({ whole: true });
    expect((await verdictOf(house)).fault).toMatchObject({ how: "unreadable" });
    const forgotten = {
      current: 1,
      secrets: new Map([
        [1, "a-key-that-made-none-of-these-seals"],
        [2, ""],
      ]),
    };
    const stranger = { ...house.runtime, env: { ...rotated, auditKeys: forgotten } };
    expect((await verdictOf(house, stranger)).fault).toMatchObject({ what: "seal", seal: 1, how: "altered" });
    await house.admin`delete from audit_seal where key_version = 2`;
  });

  it("says so when transaction ids begin anew, instead of never sealing again", async () => {
    await append(house.admin);
    await sealEverything(house);
    await house.admin`update audit_seal set last_xid = '9000000000' where number = (select max(number) from audit_seal)`;
    await append(house.admin);
    await expect(sealer()()).rejects.toThrow(/transaction ids lie before the last seal/);
    await house.admin`delete from audit_seal where last_xid = '9000000000'`;
    await sealEverything(house);
  });

  it("changes no digest when another time zone, date style or float format is in force", async () => {
    const [row] = await house.admin<{ name: string }[]>`select current_database() as name`;
    for (const setting of [
      "timezone = 'Asia/Kathmandu'",
      "datestyle = 'SQL, DMY'",
      "extra_float_digits = -15",
    ])
      await house.admin.unsafe(`alter database ${row?.name} set ${setting}`);
    const elsewhere = await openHouse({
      ...QUIET,
      database: house.runtime.env.database,
      auditKeys: house.runtime.env.auditKeys,
    });
    try {
      expect(await verdictOf(house, elsewhere.runtime)).toMatchObject({ whole: true });
    } finally {
      await elsewhere.close();
    }
  });

  it("seals each second by itself, and what was written last before the process ends", async () => {
    const busy = await openHouse({ auditSealEvery: 100 });
    try {
      await busy.person();
      const deadline = Date.now() + 10_000;
      while ((await verdictOf(busy)).unsealed !== 0 && Date.now() < deadline) await sleep(50);
      expect(await verdictOf(busy)).toMatchObject({ whole: true, unsealed: 0 });
    } finally {
      await busy.close();
    }
  });
});

const ROLES = [
  "holdfast_tenant",
  "holdfast_identity",
  "holdfast_security",
  "holdfast_auth",
  "holdfast_migrator",
] as const;

describe.each(ROLES)("the role %s", (role) => {
  /** As the role, with the widest reach there is; undone. */
  const attempt = (statement: string, userId = "") =>
    house.admin
      .begin(async (sql) => {
        await sql`select set_config('role', ${role}, true), set_config('app.reach', 'any', true),
          set_config('app.user_id', ${userId}, true)`;
        await sql.unsafe(statement);
        throw Object.assign(new Error("undone"), { code: "done, and undone" });
      })
      .catch((error: { code: string }) => error.code);

  it.each(["update audit_seal set hmac = 'x'", "delete from audit_seal", "truncate audit_seal"])(
    "may not %s",
    async (statement) => {
      expect(await attempt(statement)).toBe("42501");
    },
  );

  it("appends a seal only as security, and never in the name of a person", async () => {
    const insert = `insert into audit_seal values (1000000, '{}', '{}', 0, '', '0', gen_random_uuid(), 1, '', now())`;
    const isSecurity = role === "holdfast_security";
    expect(await attempt(insert)).toBe(isSecurity ? "done, and undone" : "42501");
    if (isSecurity) expect(await attempt(insert, "019aa000-0000-7000-8000-000000000001")).toBe("42501");
  });

  it("appends no audit row under another transaction's id", async () => {
    const insert = (
      xid: string,
    ) => `insert into audit_event (id, xid, actor_kind, action, resource_kind, outcome)
      values (gen_random_uuid(), ${xid}, 'system', 'task.update', 'task', 'success')`;
    expect(await attempt(insert("'1'::xid8"))).toBe("42501");
    expect(await attempt(insert("pg_current_xact_id()"))).toBe("done, and undone");
  });
});
