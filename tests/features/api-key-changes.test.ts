import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { dataOf, makeKeyFor } from "@/tests/support/keys";
import { makePeople, makeTeam, type People } from "@/tests/support/team";

let house: House;
let people: People;
let team: string;
let owner: Person;
beforeAll(async () => {
  house = await openHouse();
  people = await makePeople(house);
  team = await makeTeam(house, people);
  owner = people.owner;
});
afterAll(() => house.close());

const inTeam = () => ({ "x-workspace-id": team });
const ask = (path: string, input: unknown, headers: Record<string, string>) =>
  house.call(null, path, input, headers);

describe("another person's key", () => {
  it("is seen and revoked by admins, and by nobody rotated", async () => {
    const { id, header } = await makeKeyFor(house, people.member, { workspaceId: team });
    const asked = (person: Person, path: string) =>
      house.call(person, path, path === "apiKey.list" ? {} : { id }, inTeam());
    expect((await asked(people.colleague, "apiKey.list")).text).not.toContain(id);
    expect((await asked(people.colleague, "apiKey.revoke")).status).toBe(403);
    expect((await asked(people.admin, "apiKey.list")).text).toContain(id);
    for (const person of [people.colleague, people.admin, people.owner])
      expect((await asked(person, "apiKey.rotate")).status).toBe(403);
    expect((await ask("task.list", {}, header)).status).toBe(200);
    expect((await asked(people.admin, "apiKey.revoke")).status).toBe(200);
    expect((await ask("task.list", {}, header)).status).toBe(401);
  });
});

describe("rotating a key", () => {
  it("gives a successor, and ends the old one after the overlap", async () => {
    const { id, header } = await makeKeyFor(house, owner, { scopes: ["task:read", "project:read"] });
    const answer = await house.call(owner, "apiKey.rotate", { id });
    const made = dataOf<{ id: string; key: string; scopes: string[] }>(answer);
    expect(made.scopes.sort()).toEqual(["project:read", "task:read"]);
    expect((await ask("task.list", {}, { "x-api-key": made.key })).status).toBe(200);
    expect((await ask("task.list", {}, header)).status).toBe(200);
    const [row] = await house.admin`
      select rotated_to, expires_at between now() + interval '23 hours' and now() + interval '24 hours' as soon from apikey where id = ${id}`;
    expect(row).toEqual({ rotated_to: made.id, soon: true });
  });

  it("without overlap ends the old one at once", async () => {
    const { id, header } = await makeKeyFor(house, owner);
    expect((await house.call(owner, "apiKey.rotate", { id, overlapHours: 0 })).status).toBe(200);
    expect((await ask("task.list", {}, header)).status).toBe(401);
  });

  it("never lengthens its life", async () => {
    const { id } = await makeKeyFor(house, owner);
    await house.admin`update apikey set expires_at = now() + interval '1 hour' where id = ${id}`;
    await house.call(owner, "apiKey.rotate", { id, overlapHours: 168 });
    const [row] =
      await house.admin`select expires_at < now() + interval '2 hours' as soon from apikey where id = ${id}`;
    expect(row?.soon).toBe(true);
  });

  it("is refused of one that has ended, was rotated or was revoked", async () => {
    const { id } = await makeKeyFor(house, owner);
    await house.call(owner, "apiKey.rotate", { id });
    const again = await house.call(owner, "apiKey.rotate", { id });
    expect([again.status, again.body.error?.data.reason]).toEqual([409, "KEY_HAS_ENDED"]);
    const other = await makeKeyFor(house, owner);
    await house.call(owner, "apiKey.revoke", { id: other.id });
    expect((await house.call(owner, "apiKey.rotate", { id: other.id })).status).toBe(409);
    const revoked = await house.call(owner, "apiKey.revoke", { id: other.id });
    expect(revoked.body.error?.data.reason).toBe("ALREADY_REVOKED");
  });

  it("50 times at once makes one successor; revoking 50 times at once succeeds once", async () => {
    const { id } = await makeKeyFor(house, owner, { scopes: ["project:read"] });
    const fifty = (path: string) =>
      Promise.all(Array.from({ length: 50 }, () => house.call(owner, path, { id })));
    const rotated = await fifty("apiKey.rotate");
    expect(rotated.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, ...Array(49).fill(409)]);
    const rows =
      await house.admin`select id from apikey where id = (select rotated_to from apikey where id = ${id})`;
    expect(rows).toHaveLength(1);
    const revoked = await fifty("apiKey.revoke");
    expect(revoked.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, ...Array(49).fill(409)]);
    const [audit] =
      await house.admin`select count(*)::int as rows from audit_event where action = 'apiKey.revoke' and resource_id = ${id}`;
    expect(audit?.rows).toBe(1);
  }, 30_000);

  it("against revoking leaves no key that nobody knows of", async () => {
    const { id, header } = await makeKeyFor(house, owner);
    const [rotated, revoked] = await Promise.all([
      house.call(owner, "apiKey.rotate", { id }),
      house.call(owner, "apiKey.revoke", { id }),
    ]);
    expect(revoked?.status).toBe(200);
    expect([200, 409]).toContain(rotated?.status);
    expect((await ask("task.list", {}, header)).status).toBe(401);
  });
});
