import { v4 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dataOf, expectConflict, FORBIDDEN } from "@/tests/support/answers";
import { type House, openHouse, type Person } from "@/tests/support/house";

let house: House;
let admin: Person;
let other: Person;
let person: Person;
beforeAll(async () => {
  house = await openHouse({ databasePool: 20 });
});
beforeEach(async () => {
  [admin, other, person] = await Promise.all([
    house.person({ role: "admin" }),
    house.person({ role: "admin" }),
    house.person(),
  ]);
});
afterAll(() => house.close());

const ask = (by: Person, path: string, input: object) => house.call(by, path, input);
const rowOf = async ({ userId }: Person) => {
  const [row] =
    await house.admin`select role, banned, ban_reason, ban_expires from "user" where id = ${userId}`;
  return row;
};
const sessionsOf = async ({ userId }: Person) =>
  (await house.admin`select 1 from session where user_id = ${userId}`).length;
const CHANGES: [path: string, more: object][] = [
  ["user.setRole", { role: "admin" }],
  ["user.ban", { reason: "Spam" }],
  ["user.unban", {}],
  ["user.revokeSessions", {}],
];

describe("who governs people", () => {
  it.each(["user", "auditor"])("is no %s", async (role) => {
    const by = await house.person({ role });
    const before = await rowOf(person);
    expect((await ask(by, "user.list", {})).text).toBe(FORBIDDEN);
    for (const [path, more] of CHANGES)
      expect([path, (await ask(by, path, { id: person.userId, ...more })).text]).toEqual([path, FORBIDDEN]);
    expect([await rowOf(person), await sessionsOf(person)]).toEqual([before, 1]);
  });

  it.each(CHANGES)("does not do %s to themselves, nor to nobody", async (path, more) => {
    expectConflict(await ask(admin, path, { id: admin.userId, ...more }), "OWN_ACCOUNT");
    expect((await ask(admin, path, { id: v4(), ...more })).text).toBe(FORBIDDEN);
    expect([(await rowOf(admin))?.role, await sessionsOf(admin)]).toEqual(["admin", 1]);
  });

  const duels: [string, object][] = [
    ["user.setRole", { role: "user" }],
    ["user.ban", { reason: "A duel" }],
  ];
  it.each(duels)("remains when two do %s to each other at once, of fifty times", async (path, more) => {
    for (let round = 0; round < 50; round++) {
      const [one, two] = await Promise.all([
        house.person({ role: "admin" }),
        house.person({ role: "admin" }),
      ]);
      const answers = await Promise.all([
        ask(one, path, { id: two.userId, ...more }),
        ask(two, path, { id: one.userId, ...more }),
      ]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    }
  });

  it("is an admin as the table has it, whatever a session said a moment ago", async () => {
    const { identify } = house.runtime;
    house.runtime.identify = async (headers) => ({ ...(await identify(headers)), platformRole: "admin" });
    const answers = await Promise.all(
      CHANGES.map(([path, more]) => ask(person, path, { id: other.userId, ...more })),
    );
    house.runtime.identify = identify;
    for (const answer of answers) expect(answer.text).toBe(FORBIDDEN);
    expect([(await rowOf(other))?.role, await sessionsOf(other)]).toEqual(["admin", 1]);
  });
});

describe("an admin", () => {
  it("lists people, newest first, in pages, and finds them", async () => {
    const first = dataOf<{ items: { id: string }[]; nextCursor: string }>(
      await ask(admin, "user.list", { limit: 2 }),
    );
    const second = dataOf<{ items: { id: string }[] }>(
      await ask(admin, "user.list", { limit: 2, cursor: first.nextCursor }),
    );
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(new Set(ids).size).toBe(4);
    const found = await ask(admin, "user.list", { search: person.email.toUpperCase() });
    expect(dataOf<{ items: unknown[] }>(found).items).toEqual([
      expect.objectContaining({
        id: person.userId,
        email: person.email,
        role: "user",
        banned: false,
        banReason: null,
      }),
    ]);
    expect(found.text).not.toMatch(/password|token|session/i);
  });

  it("gives and takes platform roles, which holds at once and raises an alert", async () => {
    expect(dataOf(await ask(admin, "user.setRole", { id: person.userId, role: "admin" })).role).toBe("admin");
    expect((await ask(person, "user.list", {})).status).toBe(200);
    const alerts =
      await house.admin`select 1 from alert where rule = 'platform_admin_granted' and subject_id = ${person.userId}`;
    expect(alerts).toHaveLength(1);
    dataOf(await ask(admin, "user.setRole", { id: person.userId, role: "user" }));
    expect((await ask(person, "user.list", {})).text).toBe(FORBIDDEN);
  });

  it("bans, which ends every session at once, and lifts it", async () => {
    expect((await ask(person, "me.get", {})).status).toBe(200);
    dataOf(await ask(admin, "user.ban", { id: person.userId, reason: "Sold spam" }));
    expect([(await ask(person, "me.get", {})).status, await sessionsOf(person)]).toEqual([401, 0]);
    const listed = await ask(admin, "user.list", { search: person.email });
    expect(dataOf<{ items: unknown[] }>(listed).items).toMatchObject([
      { banned: true, banReason: "Sold spam", bannedUntil: null },
    ]);
    dataOf(await ask(admin, "user.unban", { id: person.userId }));
    expect(await rowOf(person)).toEqual({ role: "user", banned: false, ban_reason: null, ban_expires: null });
  });

  it("bans for a time that is to come", async () => {
    const id = person.userId;
    expect((await ask(admin, "user.ban", { id, reason: "Spam", until: "2020-01-01T00:00:00Z" })).status).toBe(
      400,
    );
    const until = new Date(Date.now() + 60_000).toISOString();
    dataOf(await ask(admin, "user.ban", { id, reason: "Spam", until }));
    expect(await rowOf(person)).toMatchObject({ banned: true, ban_expires: new Date(until) });
  });

  it("ends the sessions of one person, and of nobody else", async () => {
    const ended = dataOf<{ ended: number }>(await ask(admin, "user.revokeSessions", { id: person.userId }));
    expect(ended.ended).toBe(1);
    expect((await ask(person, "me.get", {})).status).toBe(401);
    expect((await ask(other, "me.get", {})).status).toBe(200);
  });
});
