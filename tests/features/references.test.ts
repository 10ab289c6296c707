import { v4 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addRows, fingerprint } from "@/tests/isolation/inputs";
import { dataOf, FORBIDDEN } from "@/tests/support/answers";
import { type House, openHouse } from "@/tests/support/house";
import { makePeople, makeTeam, type People } from "@/tests/support/team";

let house: House;
let people: People;
let team: string;
beforeAll(async () => {
  house = await openHouse();
  people = await makePeople(house);
});
beforeEach(async () => {
  team = await makeTeam(house, people);
});
afterAll(() => house.close());

const inTeam = () => ({ "x-workspace-id": team });
const taskRow = async (id: string) => {
  const [row] = await house.admin`
    select workspace_id, owner_id, project_id, assignee_id, title, version from task where id = ${id}`;
  return row;
};

describe("a member who is taken out of a workspace", () => {
  it("leaves all tasks there, and only the assignments end", async () => {
    const { member, owner } = people;
    const project = await owner.in(team).project.create({ name: "Ours" });
    const own = await member.in(team).task.create({ title: "Made by them", projectId: project.id });
    const assigned = await owner
      .in(team)
      .task.create({ title: "Theirs to do", projectId: project.id, assigneeId: member.userId });
    const elsewhere = await member.in().task.create({ title: "At home", assigneeId: member.userId });
    const before = await taskRow(own.id);
    await house.admin`delete from member where organization_id = ${team} and user_id = ${member.userId}`;

    expect(await taskRow(own.id)).toEqual(before);
    expect(await taskRow(assigned.id)).toEqual({
      workspace_id: team,
      owner_id: owner.userId,
      project_id: project.id,
      assignee_id: null,
      title: "Theirs to do",
      version: 1,
    });
    expect((await taskRow(elsewhere.id))?.assignee_id).toBe(member.userId);
    expect((await house.call(member, "task.get", { id: own.id }, inTeam())).text).toBe(FORBIDDEN);
    expect((await owner.in(team).task.get({ id: own.id })).ownerId).toBe(member.userId);
  });
});

describe("a project that is deleted", () => {
  it("leaves its tasks and documents without a project, whoever owns them", async () => {
    const { member, owner, colleague } = people;
    const project = await member.in(team).project.create({ name: "Short-lived" });
    const other = await owner.in(team).project.create({ name: "Stays" });
    const made = await Promise.all(
      [member, owner, colleague].map(async (person) => ({
        task: await person
          .in(team)
          .task.create({ title: "x", projectId: project.id, assigneeId: member.userId }),
        document: await person.in(team).document.create({ title: "y", body: "z", projectId: project.id }),
      })),
    );
    const aside = await owner.in(team).task.create({ title: "Aside", projectId: other.id });
    // A member, whose grant reaches their own rows only: the references end all the same.
    await member.in(team).project.delete({ id: project.id });
    for (const { task, document } of made) {
      expect(await people.viewer.in(team).task.get({ id: task.id })).toEqual({ ...task, projectId: null });
      expect(await people.viewer.in(team).document.get({ id: document.id })).toEqual({
        ...document,
        projectId: null,
      });
    }
    expect((await taskRow(aside.id))?.project_id).toBe(other.id);
  });
});

describe("a workspace that is deleted", () => {
  it("takes all its content with it, and nothing of another", async () => {
    const { owner } = people;
    const rows = await addRows(house, owner, team, "doomed");
    const kept = await makeTeam(house, people);
    await addRows(house, owner, kept, "kept");
    const before = [await fingerprint(house, kept), await fingerprint(house, owner.workspaceId)];
    dataOf(await house.call(owner, "workspace.delete", { id: team }));

    const left = await house.admin<{ name: string; rows: number }[]>`
      select 'organization' as name, count(*)::int as rows from organization where id = ${team}
      union all select 'member', count(*)::int from member where organization_id = ${team}
      union all select 'project', count(*)::int from project where workspace_id = ${team}
      union all select 'task', count(*)::int from task where workspace_id = ${team}
      union all select 'document', count(*)::int from document where workspace_id = ${team}
      union all select 'document_version', count(*)::int from document_version where workspace_id = ${team}`;
    expect(left.filter((row) => row.rows > 0)).toEqual([]);
    expect([await fingerprint(house, kept), await fingerprint(house, owner.workspaceId)]).toEqual(before);
    expect((await house.call(owner, "task.get", { id: rows.task }, inTeam())).text).toBe(FORBIDDEN);
    const trail = await house.admin`select action from audit_event where workspace_id = ${team} order by id`;
    expect(trail.at(-1)?.action).toBe("workspace.delete");
    expect(trail.length).toBeGreaterThan(5);
  });
});

describe("a reference out of the workspace", () => {
  it.each(["task.assign", "task.create"])(
    "%s to one who is no member is 403, whether the person exists or not",
    async (path) => {
      const task = await people.owner.in(team).task.create({ title: "To assign" });
      const stranger = await house.person();
      const former = people.colleague;
      await house.admin`delete from member where organization_id = ${team} and user_id = ${former.userId}`;
      const before = await fingerprint(house, team);
      for (const assigneeId of [stranger.userId, former.userId, v4(), team]) {
        const input = path === "task.assign" ? { id: task.id, assigneeId } : { title: "New", assigneeId };
        expect((await house.call(people.owner, path, input, inTeam())).text).toBe(FORBIDDEN);
      }
      expect(await fingerprint(house, team)).toBe(before);
    },
  );

  it.each([
    ["task.create", { title: "New" }],
    ["task.move", {}],
    ["document.create", { title: "New" }],
    ["document.update", {}],
  ])("%s to a project of one's own in another workspace is 403", async (path, fields) => {
    const { owner } = people;
    const rows = await addRows(house, owner, team, "here");
    const elsewhere = await owner.in().project.create({ name: "At home" });
    const before = await fingerprint(house, team);
    const id = path.endsWith("create") ? {} : { id: path.startsWith("task") ? rows.task : rows.document };
    for (const projectId of [elsewhere.id, v4(), rows.task]) {
      expect((await house.call(owner, path, { ...fields, ...id, projectId }, inTeam())).text).toBe(FORBIDDEN);
    }
    expect(await fingerprint(house, team)).toBe(before);
  });

  it("task.assign takes a member, and nobody", async () => {
    const api = people.owner.in(team);
    const { id } = await api.task.create({ title: "To assign" });
    expect((await api.task.assign({ id, assigneeId: people.viewer.userId })).assigneeId).toBe(
      people.viewer.userId,
    );
    expect((await api.task.assign({ id, assigneeId: null })).assigneeId).toBeNull();
  });
});

describe("a person who is deleted", () => {
  it("goes once nothing is theirs, with their sessions, whose end is written down", async () => {
    const person = await house.person();
    await addRows(house, person, person.workspaceId, "theirs");
    const away = () => house.admin`delete from "user" where id = ${person.userId}`;
    await expect(away()).rejects.toThrow(/owner_id/);
    await house.admin`delete from organization where id = ${person.workspaceId}`;
    await away();
    const ends = await house.admin`
      select 1 from audit_event where actor_id = ${person.userId} and action = 'session_terminated'`;
    // That of this device, and that of the other.
    expect(ends).toHaveLength(2);
  });
});
