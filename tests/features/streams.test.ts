import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { taskChange } from "@/db/schema/task-change";
import { sqlState } from "@/db/transaction/read-error";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { openStream, sinceEver } from "@/tests/support/stream";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const idOf = (person: Person) => person.in().task.create({ title: "A task" });

describe("a stream of changes", () => {
  it("begins by saying that all is to be read, then tells of each change", async () => {
    const person = await house.person();
    const stream = await openStream(house, person);
    expect((await stream.change()).data).toEqual({ kind: "reset" });
    const { id } = await idOf(person);
    expect((await stream.change()).data).toEqual({ kind: "created", id, version: 1 });
    await person.in().task.update({ id, title: "Another title" });
    expect((await stream.change()).data).toEqual({ kind: "updated", id, version: 2 });
    await person.in().task.delete({ id });
    expect((await stream.change()).data).toEqual({ kind: "deleted", id, version: 2 });
    stream.close();
  });

  it("is woken, and does not wait for its next look", async () => {
    const person = await house.person();
    const stream = await openStream(house, person);
    await stream.change();
    const took: number[] = [];
    for (let turn = 0; turn < 10; turn++) {
      const start = performance.now();
      await idOf(person);
      await stream.change();
      took.push(performance.now() - start);
    }
    stream.close();
    expect(took.sort((a, b) => a - b)[4]).toBeLessThan(500);
  });

  it("tells that a task lost its project, which is no version of the task's own", async () => {
    const person = await house.person();
    const project = await person.in().project.create({ name: "A project" });
    const { id } = await person.in().task.create({ title: "A task", projectId: project.id });
    const stream = await openStream(house, person);
    await stream.change();
    await person.in().project.delete({ id: project.id });
    expect((await stream.change()).data).toEqual({ kind: "updated", id, version: null });
    stream.close();
  });

  it("resumes after the last event that came, and repeats none", async () => {
    const person = await house.person();
    const first = await openStream(house, person);
    await first.change();
    const one = await idOf(person);
    const last = await first.change();
    first.close();
    const two = await idOf(person);
    const three = await idOf(person);
    const second = await openStream(house, person, last.id ? { lastEventId: last.id } : {});
    const told = [await second.change(), await second.change()].map(({ data }) => data);
    expect(told).toEqual([two, three].map(({ id }) => ({ kind: "created", id, version: 1 })));
    expect(JSON.stringify(told)).not.toContain(one.id);
    second.close();
  });

  it("says that all is to be read after too long an absence, and to a cursor of nowhere", async () => {
    const person = await house.person();
    const { id } = await idOf(person);
    const tooOld = sinceEver(3n, Date.now() - 56 * 60_000);
    const future = sinceEver(2n ** 64n - 1n);
    for (const lastEventId of [tooOld, future]) {
      const stream = await openStream(house, person, { lastEventId });
      expect((await stream.change()).data).toEqual({ kind: "reset" });
      await person.in().task.update({ id, title: "Again" });
      expect((await stream.change()).data).toMatchObject({ kind: "updated", id });
      stream.close();
    }
  });

  it("tells a viewer of what others do, and nobody can write down what did not happen", async () => {
    const owner = await house.person();
    const { id: workspaceId } = await owner.in().workspace.create({ name: "A team" });
    const viewer = await house.person();
    await house.join(viewer, workspaceId, "viewer");
    const stream = await openStream(house, viewer, { workspaceId });
    await stream.change();
    const { id } = await owner.in(workspaceId).task.create({ title: "A task" });
    expect((await stream.change()).data).toMatchObject({ kind: "created", id });
    stream.close();
    const forged = house.runtime.openTransaction({
      role: "holdfast_tenant",
      workspaceId,
      userId: owner.userId,
      reach: "any",
      workspaceIds: [workspaceId],
    });
    const insert = forged.db.insert(taskChange).values({
      workspaceId,
      ownerId: owner.userId,
      id: v7(),
      taskId: id,
      kind: "deleted",
    });
    expect(sqlState(await insert.then(undefined, (error: unknown) => error))).toBe("42501");
    await forged.rollback();
  });

  it("ends with its workspace, and so do its changes", async () => {
    const person = await house.person();
    const { id } = await person.in().workspace.create({ name: "A team" });
    await person.in(id).task.create({ title: "A task" });
    const stream = await openStream(house, person, { workspaceId: id });
    await person.in().workspace.delete({ id });
    await stream.ended;
    expect(stream.events.at(-1)).toMatchObject({
      event: "serialized-error",
      data: { data: { httpStatus: 403 } },
    });
    const [left] =
      await house.admin`select count(*)::int as count from task_change where workspace_id = ${id}`;
    expect(left?.count).toBe(0);
  });
});

describe("what a stream is told in", () => {
  /** As many connections as writers, each of which holds its change back for a while before it commits. */
  it("the order in which transactions end: nothing is missed under 20 slow writers", {
    timeout: 60_000,
  }, async () => {
    const person = await house.person();
    const made = new Set<string>();
    const seen: string[] = [];
    let isOver = false;
    const giveUp = Date.now() + 20_000;
    const reader = (async () => {
      let lastEventId: string | undefined;
      const goesOn = () => Date.now() < giveUp && (!isOver || seen.length < made.size);
      while (goesOn()) {
        const stream = await openStream(house, person, lastEventId ? { lastEventId } : {});
        // Comes again and again in the midst of it.
        const until = Date.now() + 400;
        while (Date.now() < until && goesOn()) {
          const event = await Promise.race([stream.change(), sleep(100).then(() => null)]);
          if (!event) break;
          lastEventId = event.id;
          const data = event.data as { kind: string; id: string };
          if (data.kind === "created") seen.push(data.id);
        }
        stream.close();
        await stream.ended.catch(() => {});
      }
    })();
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const sql = postgres(house.database.adminUrl, { max: 1, onnotice: () => {} });
        for (let turn = 0; turn < 10; turn++) {
          const id = v7();
          made.add(id);
          await sql.begin(async (tx) => {
            await tx`insert into task (workspace_id, id, owner_id, title)
              values (${person.workspaceId}, ${id}, ${person.userId}, 'A task')`;
            await tx`select pg_sleep(random() * 0.1)`;
          });
        }
        await sql.end();
      }),
    );
    isOver = true;
    await reader;
    expect(seen.length).toBe(200);
    expect(new Set(seen)).toEqual(made);
  });
});
