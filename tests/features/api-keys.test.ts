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

const _inTeam = () => ({ "x-workspace-id": team });
const ask = (path: string, input: unknown, headers: Record<string, string>) =>
  house.call(null, path, input, headers);

describe("a key", () => {
  it("does what its scopes and its owner's role both allow, now", async () => {
    const { header } = await makeKeyFor(house, people.member, {
      workspaceId: team,
      scopes: ["task:read", "task:create"],
    });
    const create = () => ask("task.create", { title: "By a key" }, header);
    const made = await create();
    expect(made.status, made.text).toBe(200);
    expect((await ask("task.list", {}, header)).status).toBe(200);
    expect((await ask("project.list", {}, header)).status).toBe(403);
    expect((await ask("task.delete", { id: dataOf<{ id: string }>(made).id }, header)).status).toBe(403);
    await house.admin`update member set role = 'viewer' where user_id = ${people.member.userId} and organization_id = ${team}`;
    expect((await create()).status).toBe(403);
    expect((await ask("task.list", {}, header)).status).toBe(200);
    await house.admin`update member set role = 'member' where user_id = ${people.member.userId} and organization_id = ${team}`;
    expect((await create()).status).toBe(200);
  });

  it("works in its own workspace and in no other of its owner's", async () => {
    const { header } = await makeKeyFor(house, people.owner, { workspaceId: team });
    const elsewhere = await ask("task.list", {}, { ...header, "x-workspace-id": people.owner.workspaceId });
    const unknown = await ask("task.list", {}, { ...header, "x-workspace-id": crypto.randomUUID() });
    expect(elsewhere.status).toBe(403);
    expect(elsewhere.text).toBe(unknown.text);
    expect((await ask("task.list", {}, { ...header, "x-workspace-id": team })).status).toBe(200);
    await people.owner.in(team).task.create({ title: "In the team" });
    expect((await ask("task.list", {}, header)).text).toContain("In the team");
  });

  it("makes, sees, rotates and revokes no keys, and is no service", async () => {
    const { id, header } = await makeKeyFor(house, owner);
    // Scopes that no procedure gives: the kind of credential alone is enough to refuse.
    const all = { apiKey: ["read", "create", "rotate", "revoke"], serviceAccount: ["read", "create"] };
    const wide = JSON.stringify({ ...all, securityEvent: ["pull"] });
    await house.admin`update apikey set permissions = ${wide} where id = ${id}`;
    for (const [path, input] of [
      ["apiKey.list", {}],
      ["apiKey.create", { name: "More", expiresInDays: 1 }],
      ["apiKey.rotate", { id }],
      ["apiKey.revoke", { id }],
      ["serviceAccount.list", {}],
      ["serviceAccount.create", { name: "More" }],
      ["securityEvent.pull", {}],
    ] as const)
      expect([path, (await ask(path, input, header)).status]).toEqual([path, 403]);
  });

  it("stands alone: with a session, a token, or another key beside it, it is refused", async () => {
    const { header, key } = await makeKeyFor(house, owner);
    expect((await ask("task.list", {}, { ...header, cookie: owner.cookie })).status).toBe(401);
    expect((await ask("task.list", {}, { ...header, authorization: "Bearer abc" })).status).toBe(401);
    expect((await ask("task.list", {}, { "x-api-key": `${key}, ${key}` })).status).toBe(401);
    // A cookie of somebody else's is no credential.
    expect((await ask("task.list", {}, { ...header, cookie: "theme=dark" })).status).toBe(200);
  });

  it("is no credential as a bearer token or in the URL", async () => {
    const { key } = await makeKeyFor(house, owner);
    expect((await ask("task.list", {}, { authorization: `Bearer ${key}` })).status).toBe(401);
    expect((await ask(`task.list?x-api-key=${key}&api_key=${key}`, {}, {})).status).toBe(401);
  });

  it.each([
    [
      "has ended",
      (id: string) =>
        house.admin`update apikey set created_at = now() - interval '2 days', expires_at = now() - interval '1 second' where id = ${id}`,
    ],
    ["is revoked", (id: string) => house.call(owner, "apiKey.revoke", { id })],
    ["is switched off", (id: string) => house.admin`update apikey set enabled = false where id = ${id}`],
  ])("is dead when it %s", async (_, end) => {
    const { id, header } = await makeKeyFor(house, owner);
    expect((await ask("task.list", {}, header)).status).toBe(200);
    await end(id);
    expect((await ask("task.list", {}, header)).status).toBe(401);
  });

  it("is dead while its owner is banned, and for good once they left", async () => {
    const person = await house.person();
    await house.join(person, team, "member");
    const { id, header } = await makeKeyFor(house, person, { workspaceId: team });
    const status = async () => (await ask("task.list", {}, header)).status;
    await house.admin`update "user" set banned = true where id = ${person.userId}`;
    expect(await status()).toBe(401);
    await house.admin`update "user" set banned = false where id = ${person.userId}`;
    expect(await status()).toBe(200);
    await house.admin`delete from member where user_id = ${person.userId} and organization_id = ${team}`;
    expect(await status()).toBe(401);
    await house.join(person, team, "member");
    expect(await status()).toBe(401);
    const [row] = await house.admin`select revoked_at from apikey where id = ${id}`;
    expect(row?.revoked_at).not.toBeNull();
  });

  it("acts in the trail as its owner, by itself", async () => {
    const { id, header } = await makeKeyFor(house, owner, { scopes: ["task:create"] });
    const made = await ask("task.create", { title: "Traced" }, header);
    const { id: task } = dataOf<{ id: string }>(made);
    const rows =
      await house.admin`select actor_kind, actor_id, key_id from audit_event where resource_id = ${task}`;
    expect(rows).toEqual([{ actor_kind: "key", actor_id: owner.userId, key_id: id }]);
    await ask("project.list", {}, header);
    await expect
      .poll(
        () =>
          house.admin`select actor_kind, actor_id from audit_event where key_id = ${id} and outcome = 'denied'`,
        { timeout: 5_000 },
      )
      .toEqual([{ actor_kind: "key", actor_id: owner.userId }]);
  });
});
