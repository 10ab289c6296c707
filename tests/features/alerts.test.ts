import pino from "pino";
import { v4, v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALERT_WINDOW_MS, chainIsBroken, limitStoreDown, sealLags } from "@/server/guard/alerts/alert";
import { createLagCheck } from "@/server/guard/alerts/seal-lag";
import { createRecorder } from "@/server/guard/refusals/recorder";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { dataOf, expectConflict, FORBIDDEN } from "@/tests/support/answers";
import { sendAuth } from "@/tests/support/browser";
import { eventually } from "@/tests/support/hold";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { append, sealEverything } from "@/tests/support/seals";

const START = Date.parse("2030-01-01T00:00:00Z");

let house: House;
let admin: Person;
let auditor: Person;
beforeAll(async () => {
  house = await openHouse({ auditSealEvery: 3_600_000 });
  [admin, auditor] = await Promise.all([house.person({ role: "admin" }), house.person({ role: "auditor" })]);
});
afterAll(() => house.close());

const alerts = (rule: string, subjectId?: string) => house.admin`
  select * from alert where rule = ${rule} and subject_id is not distinct from ${subjectId ?? null} order by id`;
const cameTo = (rule: string, subjectId?: string) =>
  eventually(async () => (await alerts(rule, subjectId)).length > 0);
const own = () => {
  const { openTransaction, digest } = house.runtime;
  return createRecorder({ openTransaction, digest, log: pino({ enabled: false }) });
};

describe("an alert is raised", () => {
  it("when an account is guessed at from everywhere, whether it is known or not", async () => {
    for (const email of [admin.email, "nobody-here@example.com"]) {
      for (let n = 1; n <= 12; n++)
        await sendAuth(house, "POST", "/sign-in/email", {
          body: { email, password: "a guess of mine" },
          headers: { [CLIENT_ADDRESS_HEADER]: `192.0.2.${n}` },
        });
      const account = house.runtime.digest("account", email);
      await cameTo("failed_sign_ins", account);
      expect(await alerts("failed_sign_ins", account)).toHaveLength(1);
    }
  });

  it("when an address goes through accounts", async () => {
    for (let n = 1; n <= 10; n++)
      await sendAuth(house, "POST", "/sign-in/email", {
        body: { email: `tried-${n}@example.com`, password: "a guess of mine" },
        headers: { [CLIENT_ADDRESS_HEADER]: "192.0.2.200" },
      });
    await cameTo("accounts_tried", house.runtime.digest("address", "192.0.2.200"));
  });

  it("when somebody looks for what is not theirs", async () => {
    const person = await house.person();
    for (let n = 0; n < 20; n++) await house.call(person, "task.get", { id: v4() });
    await cameTo("cross_tenant_probing", person.userId);
  });

  it("when somebody becomes admin, however that came about, and once", async () => {
    const [claims, isMade, isChanged] = await Promise.all([house.person(), house.person(), house.person()]);
    // One of now: whoever became admin when the tests began may have been told of in the window before.
    const again = await house.person({ role: "admin" });
    await house.admin`update "user" set role = 'user' where role = 'admin'`;
    const token = (await house.runtime.firstAdminLink())?.split("#")[1];
    expect((await house.call(claims, "user.claimFirstAdmin", { token })).status).toBe(200);
    await house.admin`update "user" set role = 'admin' where id in (${isMade.userId}, ${again.userId}, ${admin.userId})`;
    await house.admin`update "user" set role = 'auditor' where id = ${isChanged.userId}`;
    await house.admin`update "user" set name = 'Another', role = 'admin' where id = ${isMade.userId}`;
    for (const { userId } of [claims, isMade, again])
      expect(await alerts("platform_admin_granted", userId)).toHaveLength(1);
    expect(await alerts("platform_admin_granted", isChanged.userId)).toEqual([]);
  });

  it("when audit rows wait for their seal for more than a minute", async () => {
    const raised: unknown[] = [];
    const check = createLagCheck({
      openTransaction: house.runtime.openTransaction,
      raise: (alert) => raised.push(alert),
    });
    await sealEverything(house);
    await check();
    const id = await append(house.admin);
    await check();
    await house.admin`update audit_event set at = now() - interval '59 seconds' where id = ${id}`;
    await check();
    expect(raised).toEqual([]);
    await house.admin`update audit_event set at = now() - interval '61 seconds' where id = ${id}`;
    await check();
    expect(raised).toEqual([
      expect.objectContaining({ rule: "audit_seal_lag", details: { seconds: expect.any(Number) } }),
    ]);
  });

  it("when the limit store is away", async () => {
    const alone = await openHouse({ limitStore: { kind: "redis", url: "redis://127.0.0.1:1" } });
    await alone.call(await alone.person(), "me.get");
    await eventually(
      async () => (await alone.admin`select 1 from alert where rule = 'limit_store_down'`).length === 1,
    );
    await alone.close();
  });

  it("once in a window, however many processes raise it", async () => {
    const recorders = [own(), own(), own()];
    const facts = { what: "row", how: "altered", seal: 7 };
    for (const { raise } of recorders)
      for (let time = 0; time < 5; time++)
        for (const alert of [limitStoreDown(START), sealLags(START, 61), chainIsBroken(START, facts)])
          raise(alert);
    await Promise.all(recorders.map(({ flush }) => flush()));
    // The house looks for lag itself, and may have found what an earlier test left.
    const ofStart = async (rule: string) =>
      (await alerts(rule)).filter(({ first_at }) => new Date(first_at).getTime() === START);
    for (const rule of ["limit_store_down", "audit_seal_lag"]) expect(await ofStart(rule)).toHaveLength(1);
    expect(await alerts("audit_chain_broken")).toEqual([expect.objectContaining({ details: facts })]);
    recorders[0]?.raise(limitStoreDown(START + ALERT_WINDOW_MS));
    await recorders[0]?.flush();
    expect(await alerts("limit_store_down")).toHaveLength(2);
  });
});

describe("security staff", () => {
  const add = async () => {
    const id = v7();
    await house.admin`insert into alert (id, rule, severity, subject_kind, first_at, last_at, window_key)
      values (${id}, 'limit_store_down', 'warning', 'house', now(), now(), ${id})`;
    return id;
  };

  it.each(["acknowledge", "resolve"])("%s an alert once, and it is known who", async (verb) => {
    const id = await add();
    const path = `alert.${verb}`;
    const isOpen = async () => {
      const page = dataOf<{ items: { id: string }[] }>(
        await house.call(auditor, "alert.list", { unresolved: true, limit: 100 }),
      );
      return page.items.some((item) => item.id === id);
    };
    expect(await isOpen()).toBe(true);
    expect((await house.call(auditor, path, { id })).text).toBe(FORBIDDEN);
    const done = dataOf(await house.call(admin, path, { id }));
    expect(done[verb === "resolve" ? "resolvedBy" : "acknowledgedBy"]).toBe(admin.userId);
    expectConflict(
      await house.call(admin, path, { id }),
      verb === "resolve" ? "ALREADY_RESOLVED" : "ALREADY_ACKNOWLEDGED",
    );
    expect(await isOpen()).toBe(verb === "acknowledge");
    expect((await house.call(admin, path, { id: v4() })).text).toBe(FORBIDDEN);
  });

  it("sees every alert, page by page, newest first, and nobody else sees any", async () => {
    const added = [await add(), await add(), await add()].reverse();
    const first = dataOf<{ items: { id: string }[]; nextCursor: string }>(
      await house.call(auditor, "alert.list", { limit: 2 }),
    );
    const next = dataOf<{ items: { id: string }[] }>(
      await house.call(auditor, "alert.list", { limit: 1, cursor: first.nextCursor }),
    );
    expect([...first.items, ...next.items].map(({ id }) => id)).toEqual(added);
    expect((await house.call(await house.person(), "alert.list", {})).text).toBe(FORBIDDEN);
  });
});
