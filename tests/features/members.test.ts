import { v4 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Runtime } from "@/server/runtime";
import { dataOf, expectConflict, FORBIDDEN } from "@/tests/support/answers";
import { callOverHttp, type House, openHouse, type Person } from "@/tests/support/house";
import { makePeople, makeTeam, type People, type TeamRole, WORKSPACE_ROLES } from "@/tests/support/team";

let house: House;
let people: People;
let team: string;
beforeAll(async () => {
  house = await openHouse({ databasePool: 20 });
  people = await makePeople(house);
});
beforeEach(async () => {
  team = await makeTeam(house, people);
});
afterAll(() => house.close());

const at = (workspaceId = team) => ({ "x-workspace-id": workspaceId });
const membership = async ({ userId }: Person, workspaceId = team) => {
  const [row] = await house.admin<{ id: string; role: string }[]>`
    select id, role from member where organization_id = ${workspaceId} and user_id = ${userId}`;
  return row;
};
const roleOf = async (person: Person) => (await membership(person))?.role;
const idOf = async (person: Person) => (await membership(person))?.id ?? v4();
const setRole = async (by: Person, of: Person, role: string) =>
  house.call(by, "member.setRole", { id: await idOf(of), role }, at());
const remove = async (by: Person, of: Person) =>
  house.call(by, "member.remove", { id: await idOf(of) }, at());
const leave = (by: Person) => house.call(by, "member.leave", {}, at());
const transfer = async (by: Person, to: Person) =>
  house.call(by, "member.transferOwnership", { id: await idOf(to) }, at());
const owners = async () =>
  (await house.admin`select 1 from member where organization_id = ${team} and role = 'owner'`).length;

const RANK: readonly TeamRole[] = WORKSPACE_ROLES;
const rank = (role: TeamRole) => RANK.indexOf(role);

describe("a role", () => {
  const cases = (["admin", "owner"] as const).flatMap((by) =>
    RANK.flatMap((from) => RANK.map((to) => ({ by, from, to }))),
  );
  it.each(cases)("$from becomes $to by the $by, or not", async ({ by, from, to }) => {
    const target = people.colleague;
    await house.admin`update member set role = ${from} where organization_id = ${team} and user_id = ${target.userId}`;
    const answer = await setRole(people[by], target, to);
    // Whoever gives or takes a role holds at least that role.
    const may = rank(by) >= rank(from) && rank(by) >= rank(to);
    if (may) expect(dataOf(answer)).toMatchObject({ userId: target.userId, role: to });
    else expect(answer.text).toBe(FORBIDDEN);
    expect(await roleOf(target)).toBe(may ? to : from);
  });

  it.each(RANK)("of one's own is raised by nobody: not from %s", async (role) => {
    for (const to of RANK.filter((one) => rank(one) > rank(role)))
      expect((await setRole(people[role], people[role], to)).text).toBe(FORBIDDEN);
    expect(await roleOf(people[role])).toBe(role);
  });

  it("of one's own may be lowered, by whoever may set roles", async () => {
    expect(dataOf(await setRole(people.admin, people.admin, "viewer")).role).toBe("viewer");
    expect((await setRole(people.admin, people.admin, "admin")).text).toBe(FORBIDDEN);
  });

  it("works at once: what it gives, and what it takes", async () => {
    const { colleague } = people;
    const write = () => house.call(colleague, "task.create", { title: "One" }, at());
    expect((await write()).status).toBe(200);
    await setRole(people.owner, colleague, "viewer");
    expect((await write()).text).toBe(FORBIDDEN);
    await setRole(people.owner, colleague, "admin");
    expect((await house.call(colleague, "invitation.list", {}, at())).status).toBe(200);
  });

  it("is read from the table, whatever a session said a moment ago", async () => {
    const { identify } = house.runtime;
    const believing: Runtime = {
      ...house.runtime,
      identify: async (headers) => ({
        ...(await identify(headers)),
        memberships: new Map([[team, "owner"]]),
      }),
    };
    const ask = (path: string, input: unknown) =>
      callOverHttp(believing, { person: people.colleague, path, input, headers: at() });
    const id = await idOf(people.viewer);
    for (const answer of [
      await ask("member.setRole", { id, role: "member" }),
      await ask("member.remove", { id }),
      await ask("member.transferOwnership", { id }),
      await ask("member.invite", { email: "friend@example.com" }),
    ])
      expect(answer.text).toBe(FORBIDDEN);
    expect(await roleOf(people.viewer)).toBe("viewer");
  });
});

describe("the last owner", () => {
  it("can not leave, be removed or be demoted", async () => {
    expectConflict(await leave(people.owner), "LAST_OWNER");
    expectConflict(await remove(people.owner, people.owner), "LAST_OWNER");
    for (const role of RANK.slice(0, 3))
      expectConflict(await setRole(people.owner, people.owner, role), "LAST_OWNER");
    expect(await roleOf(people.owner)).toBe("owner");
  });

  it("may when there is another", async () => {
    await setRole(people.owner, people.colleague, "owner");
    dataOf(await leave(people.owner));
    expectConflict(await leave(people.colleague), "LAST_OWNER");
    expect(await owners()).toBe(1);
  });

  const ways: [string, (by: Person, other: Person) => Promise<{ status: number }>][] = [
    ["leave", (by) => leave(by)],
    ["step down", (by) => setRole(by, by, "member")],
    ["remove each other", (by, other) => remove(by, other)],
    ["demote each other", (by, other) => setRole(by, other, "viewer")],
  ];
  it.each(ways)("stays when two owners %s at the same instant, of fifty times each", async (_, go) => {
    const { owner, colleague } = people;
    for (let round = 0; round < 50; round++) {
      await house.admin`delete from member where organization_id = ${team} and user_id in (${owner.userId}, ${colleague.userId})`;
      await house.join(owner, team, "owner");
      await house.join(colleague, team, "owner");
      const answers = await Promise.all([go(owner, colleague), go(colleague, owner)]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(await owners()).toBe(1);
    }
  });
});

describe("ownership", () => {
  it("is handed over in one step: the former owner stays as an admin", async () => {
    expect(dataOf(await transfer(people.owner, people.viewer))).toMatchObject({ role: "owner" });
    expect([await roleOf(people.owner), await roleOf(people.viewer)]).toEqual(["admin", "owner"]);
    expect((await transfer(people.owner, people.colleague)).text).toBe(FORBIDDEN);
  });

  it("is nobody else's to hand over, and not to oneself", async () => {
    for (const by of [people.admin, people.member, people.viewer])
      expect((await transfer(by, people.colleague)).text).toBe(FORBIDDEN);
    expectConflict(await transfer(people.owner, people.owner), "OWN_MEMBERSHIP");
    expect(await owners()).toBe(1);
  });

  it("goes to one of two, when handed over twice at once", async () => {
    const answers = await Promise.all([
      transfer(people.owner, people.admin),
      transfer(people.owner, people.member),
    ]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
    expect(await owners()).toBe(1);
  });
});

describe("who is removed", () => {
  it("is out at once; their tasks stay, and what was theirs to do is nobody's", async () => {
    const { id } = await people.member.in(team).task.create({ title: "Made by the member" });
    await people.owner.in(team).task.assign({ id, assigneeId: people.member.userId });
    dataOf(await remove(people.admin, people.member));
    expect((await house.call(people.member, "task.list", {}, at())).text).toBe(FORBIDDEN);
    const task = await people.owner.in(team).task.get({ id });
    expect([task.title, task.assigneeId]).toEqual(["Made by the member", null]);
  });

  it("is no owner, when an admin does it, and nobody, when a member does", async () => {
    expect((await remove(people.admin, people.owner)).text).toBe(FORBIDDEN);
    expect((await remove(people.member, people.viewer)).text).toBe(FORBIDDEN);
    expect(await roleOf(people.viewer)).toBe("viewer");
  });

  it("leaves by themselves from any role but that of the last owner", async () => {
    for (const person of [people.viewer, people.member, people.admin]) {
      dataOf(await leave(person));
      expect(await membership(person)).toBeUndefined();
      expect((await leave(person)).text).toBe(FORBIDDEN);
    }
  });
});
