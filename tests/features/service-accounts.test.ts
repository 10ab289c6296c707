import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { makeKeyFor, makeService } from "@/tests/support/keys";
import { makePeople, makeTeam, type People } from "@/tests/support/team";

let house: House;
let people: People;
let team: string;
let _owner: Person;
beforeAll(async () => {
  house = await openHouse();
  people = await makePeople(house);
  team = await makeTeam(house, people);
  _owner = people.owner;
});
afterAll(() => house.close());

const inTeam = () => ({ "x-workspace-id": team });
const ask = (path: string, input: unknown, headers: Record<string, string>) =>
  house.call(null, path, input, headers);

describe("a service account", () => {
  it("is made, listed and deleted by those who run the workspace, with its keys", async () => {
    for (const person of [people.viewer, people.member])
      expect((await house.call(person, "serviceAccount.create", { name: "No" }, inTeam())).status).toBe(403);
    const { accountId, header } = await makeService(house, people.admin, { workspaceId: team });
    expect((await house.call(people.owner, "serviceAccount.list", {}, inTeam())).text).toContain(accountId);
    expect((await ask("securityEvent.pull", {}, header)).status).toBe(200);
    expect(
      (await house.call(people.owner, "serviceAccount.delete", { id: accountId }, inTeam())).status,
    ).toBe(200);
    expect((await ask("securityEvent.pull", {}, header)).status).toBe(401);
    expect(await house.admin`select id from apikey where service_account_id = ${accountId}`).toEqual([]);
  });

  it("gets keys from those who run the workspace only, and from no other workspace", async () => {
    const { accountId } = await makeService(house, people.admin, { workspaceId: team });
    const input = { name: "More", expiresInDays: 1, serviceAccountId: accountId };
    expect((await house.call(people.member, "apiKey.create", input, inTeam())).status).toBe(403);
    expect((await house.call(people.owner, "apiKey.create", input)).status).toBe(403);
    expect((await house.call(people.owner, "apiKey.create", input, inTeam())).status).toBe(200);
  });

  it("its keys are rotated by another admin, live on when their maker leaves, and are lost on a maker who is no admin any more", async () => {
    const maker = await house.person();
    await house.join(maker, team, "admin");
    const { id, header } = await makeService(house, maker, { workspaceId: team });
    await house.admin`update member set role = 'member' where user_id = ${maker.userId} and organization_id = ${team}`;
    expect((await house.call(maker, "apiKey.list", {}, inTeam())).text).not.toContain(id);
    for (const path of ["apiKey.rotate", "apiKey.revoke"])
      expect((await house.call(maker, path, { id }, inTeam())).status).toBe(403);
    await house.admin`delete from member where user_id = ${maker.userId} and organization_id = ${team}`;
    expect((await ask("securityEvent.pull", {}, header)).status).toBe(200);
    expect((await house.call(people.admin, "apiKey.rotate", { id, overlapHours: 0 }, inTeam())).status).toBe(
      200,
    );
    expect((await ask("securityEvent.pull", {}, header)).status).toBe(401);
  });

  it("has keys that nobody of another workspace rotates, with row-level security or without it", async () => {
    const { id } = await makeService(house, people.owner, { workspaceId: team });
    const stranger = await house.person();
    const asked = async () => (await house.call(stranger, "apiKey.rotate", { id })).status;
    expect(await asked()).toBe(403);
    await house.admin`alter table apikey disable row level security`;
    expect(await asked()).toBe(403);
    await house.admin`alter table apikey enable row level security`;
  });

  it("calls what is for services, and nothing that is for people", async () => {
    const { header } = await makeService(house, people.owner, { workspaceId: team });
    for (const path of [
      "me.get",
      "task.list",
      "workspace.list",
      "securityEvent.mine",
      "apiKey.list",
      "member.list",
    ])
      expect([path, (await ask(path, {}, header)).status]).toEqual([path, 403]);
    for (const person of [people.owner, people.admin, people.viewer])
      expect((await house.call(person, "securityEvent.pull", {}, inTeam())).status).toBe(403);
  });

  it("without the scope is refused, in its account or in its key", async () => {
    const none = await makeService(house, people.owner, { workspaceId: team, scopes: [] });
    expect((await ask("securityEvent.pull", {}, none.header)).status).toBe(403);
    const { accountId } = await makeService(house, people.owner, { workspaceId: team });
    const bare = await makeKeyFor(house, people.owner, {
      workspaceId: team,
      scopes: [],
      serviceAccountId: accountId,
    });
    expect((await ask("securityEvent.pull", {}, bare.header)).status).toBe(403);
    const full = await makeKeyFor(house, people.owner, {
      workspaceId: team,
      scopes: ["securityEvent:pull"],
      serviceAccountId: accountId,
    });
    expect((await ask("securityEvent.pull", {}, full.header)).status).toBe(200);
    // What the account loses, its keys lose at once.
    await house.admin`update service_account set permissions = '{}' where id = ${accountId}`;
    expect((await ask("securityEvent.pull", {}, full.header)).status).toBe(403);
  });
});
