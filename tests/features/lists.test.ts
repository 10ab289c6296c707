import { v4 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, type House, openHouse, type Person } from "@/tests/support/house";

let house: House;
let person: Person;
beforeAll(async () => {
  house = await openHouse();
  person = await house.person();
});
afterAll(() => house.close());

/** A workspace of one's own, so that lists hold what the test made and nothing else. */
async function workspace() {
  const { id } = await person.in().workspace.create({ name: "Lists" });
  return { id, api: person.in(id) };
}

interface Page {
  items: { id: string }[];
  nextCursor: string | null;
}

/** Reads a list to its end; `between` runs after each page. */
async function readAll(
  next: (cursor: string | undefined) => Promise<Page>,
  between = async () => {},
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await next(cursor);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
    await between();
  } while (cursor !== undefined);
  return ids;
}

describe("pages of 250 tasks", () => {
  let api: Caller;
  const made: string[] = [];
  beforeAll(async () => {
    api = (await workspace()).api;
    for (let index = 0; index < 250; index++)
      made.push((await api.task.create({ title: `Task ${index}` })).id);
  });

  it.each([1, 7, 50, 100])("of %i have no gap and no double, newest first", async (limit) => {
    const ids = await readAll((cursor) => api.task.list({ limit, cursor }));
    expect(ids).toEqual(made.toReversed());
  });

  it("are 50 long unless said", async () => {
    const first = await api.task.list();
    expect(first.items).toHaveLength(50);
    expect(first.nextCursor).not.toBeNull();
  });

  it("stay whole while tasks are added and changed meanwhile", async () => {
    const added: string[] = [];
    const ids = await readAll(
      (cursor) => api.task.list({ limit: 40, cursor }),
      async () => {
        added.push((await api.task.create({ title: "Meanwhile" })).id);
        await api.task.update({ id: made[100] ?? "", title: "Changed meanwhile" });
      },
    );
    expect(ids).toEqual(made.toReversed());
    expect((await api.task.list({ limit: added.length })).items.map(({ id }) => id)).toEqual(
      added.toReversed(),
    );
  });

  it("lose no other task when the one that the cursor names is deleted", async () => {
    const { items, nextCursor } = await api.task.list({ limit: 30 });
    const last = items.at(-1)?.id ?? "";
    const rest = await readAll((cursor) =>
      api.task.list({ limit: 100, cursor: cursor ?? nextCursor ?? undefined }),
    );
    await api.task.delete({ id: last });
    expect(
      await readAll((cursor) => api.task.list({ limit: 100, cursor: cursor ?? nextCursor ?? undefined })),
    ).toEqual(rest);
  });

  it("end without a cursor, exactly at the end too", async () => {
    const { api: small } = await workspace();
    expect(await small.task.list()).toEqual({ items: [], nextCursor: null });
    for (let index = 0; index < 4; index++) await small.task.create({ title: "One of four" });
    expect((await small.task.list({ limit: 4 })).nextCursor).toBeNull();
    const half = await small.task.list({ limit: 2 });
    expect((await small.task.list({ limit: 2, cursor: half.nextCursor ?? "" })).nextCursor).toBeNull();
  });

  it("go on with a cursor of another list as with any other: never out of the workspace", async () => {
    const { api: other } = await workspace();
    const mine = await other.task.create({ title: "Mine" });
    const { nextCursor } = await api.task.list({ limit: 1 });
    const ids = (await other.task.list({ cursor: nextCursor ?? "" })).items.map(({ id }) => id);
    expect([[], [mine.id]]).toContainEqual(ids);
  });
});

describe("filters of tasks", () => {
  it("show what they name, alone and together", async () => {
    const { id: workspaceId, api } = await workspace();
    const colleague = await house.person();
    await house.join(colleague, workspaceId, "member");
    const project = await api.project.create({ name: "Filtered" });
    const other = await api.project.create({ name: "Other" });
    await api.task.create({
      title: "a",
      status: "todo",
      priority: "low",
      projectId: project.id,
      dueAt: "2026-01-01T00:00:00Z",
    });
    await api.task.create({
      title: "b",
      status: "done",
      priority: "urgent",
      projectId: project.id,
      assigneeId: colleague.userId,
      dueAt: "2026-01-02T00:00:00Z",
    });
    await api.task.create({
      title: "c",
      status: "done",
      priority: "low",
      projectId: other.id,
      assigneeId: person.userId,
    });
    await api.task.create({ title: "d", status: "in_progress", dueAt: "2026-01-03T00:00:00+01:00" });
    const titles = async (filter: Parameters<typeof api.task.list>[0]) =>
      (await api.task.list(filter)).items.map(({ title }) => title).join("");

    expect(await titles({})).toBe("dcba");
    expect(await titles({ status: "done" })).toBe("cb");
    expect(await titles({ priority: "low" })).toBe("ca");
    expect(await titles({ priority: "normal" })).toBe("d");
    expect(await titles({ projectId: project.id })).toBe("ba");
    expect(await titles({ assigneeId: colleague.userId })).toBe("b");
    expect(await titles({ dueAfter: "2026-01-02T00:00:00Z" })).toBe("db");
    expect(await titles({ dueBefore: "2026-01-02T00:00:00Z" })).toBe("a");
    expect(await titles({ dueAfter: "2026-01-02T00:00:00Z", dueBefore: "2026-01-02T23:00:00Z" })).toBe("b");
    expect(await titles({ dueAfter: "2026-01-03T01:00:00+02:00" })).toBe("d");
    expect(await titles({ status: "done", priority: "low", projectId: other.id })).toBe("c");
    expect(await titles({ status: "todo", assigneeId: colleague.userId })).toBe("");
    expect(await titles({ projectId: v4() })).toBe("");
    const ids = await readAll((cursor) => api.task.list({ status: "done", limit: 1, cursor }));
    expect(ids).toHaveLength(2);
  });
});

describe("lists of projects", () => {
  it("show the archived ones apart, and count tasks by status", async () => {
    const { api } = await workspace();
    const open = await api.project.create({ name: "Open" });
    const closed = await api.project.create({ name: "Closed" });
    await api.task.create({ title: "x", projectId: open.id });
    await api.task.create({ title: "y", projectId: open.id, status: "done" });
    await api.project.archive({ id: closed.id });
    const names = async (archived?: boolean) =>
      (await api.project.list({ archived })).items.map(({ name }) => name);
    expect([await names(), await names(false), await names(true)]).toEqual([["Open"], ["Open"], ["Closed"]]);
    expect((await api.project.list()).items[0]?.taskCounts).toEqual({ todo: 1, in_progress: 0, done: 1 });
    await api.project.archive({ id: closed.id, archived: false });
    expect([await names(), await names(true)]).toEqual([["Closed", "Open"], []]);
    expect((await api.project.get({ id: closed.id })).archivedAt).toBeNull();
  });

  it.each(["project", "document"] as const)("%s.list pages without a gap or a double", async (noun) => {
    const { api } = await workspace();
    const made: string[] = [];
    for (let index = 0; index < 11; index++) {
      const { id } =
        noun === "project"
          ? await api.project.create({ name: "x" })
          : await api.document.create({ title: "x" });
      made.push(id);
    }
    const ids = await readAll((cursor) => api[noun].list({ limit: 3, cursor }));
    expect(ids).toEqual(made.toReversed());
  });

  it("workspace.list and member.list page without a gap or a double", async () => {
    const host = await house.person();
    for (let index = 0; index < 6; index++) await host.in().workspace.create({ name: `Number ${index}` });
    const workspaces = await readAll((cursor) => host.in().workspace.list({ limit: 2, cursor }));
    expect(new Set(workspaces).size).toBe(7);
    for (let index = 0; index < 6; index++)
      await house.join(await house.person(), host.workspaceId, "viewer");
    const members = await readAll((cursor) => host.in().member.list({ limit: 2, cursor }));
    expect([members.length, new Set(members).size]).toEqual([7, 7]);
  });
});
