import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Sql } from "@/db/client";
import { createNotifier } from "@/db/notifier";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { openStream } from "@/tests/support/stream";

let house: House;
let person: Person;
let heard: string[] = [];
beforeAll(async () => {
  house = await openHouse();
  await house.admin.listen("task_change", (topic) => heard.push(topic));
});
beforeEach(async () => {
  person = await house.person();
  heard = [];
});
afterAll(() => house.close());

/** Long enough for a notice to come. */
const LATER = 300;
const insert = () =>
  sql`insert into task (id, workspace_id, owner_id, title, position)
    values (${v7()}, ${person.workspaceId}, ${person.userId}, 'A task', 'a0V')`;

describe("a notice of a change", () => {
  it("comes when the change is committed", async () => {
    await person.in().task.create({ title: "A task" });
    await expect.poll(() => heard).toEqual([person.workspaceId]);
  });

  it("is no part of a transaction under the guard, which would wait for all others with one", async () => {
    const { workspaceId, userId } = person;
    const transaction = house.runtime.openTransaction({
      ...{ role: "holdfast_tenant", workspaceId, userId, reach: "own", workspaceIds: [workspaceId] },
    });
    await transaction.db.execute(insert());
    await transaction.commit();
    await sleep(LATER);
    expect(heard).toEqual([]);
    house.runtime.noteChange(workspaceId);
    await expect.poll(() => heard).toEqual([workspaceId]);
  });

  it("is one where nobody rings behind it: by other ways, or elsewhere than where the guard works", async () => {
    const id = v7();
    await house.admin`insert into task (id, workspace_id, owner_id, title, position)
      values (${id}, ${person.workspaceId}, ${person.userId}, 'A task', 'a0V')`;
    await expect.poll(() => heard).toEqual([person.workspaceId]);
    await house.admin.begin(async (tx) => {
      await tx`select set_config('app.workspace_id', ${v7()}, true)`;
      await tx`delete from task where id = ${id}`;
    });
    await expect.poll(() => heard).toEqual([person.workspaceId, person.workspaceId]);
  });

  it("may be lost: a stream looks by itself", async () => {
    const stream = await openStream(house, person);
    await stream.change();
    const { noteChange } = house.runtime;
    house.runtime.noteChange = () => {};
    const { id } = await person.in().task.create({ title: "A task" });
    house.runtime.noteChange = noteChange;
    expect((await stream.change()).data).toMatchObject({ kind: "created", id });
    stream.close();
  });
});

describe("notices", () => {
  function noted(answer: () => Promise<unknown>) {
    const sent: string[][] = [];
    const failures: unknown[] = [];
    const unsafe = (_: string, [, topics]: string[]) => {
      sent.push(JSON.parse(topics ?? ""));
      return answer();
    };
    const notifier = createNotifier({
      ...{ sql: { unsafe } as unknown as Sql, channel: "c", prepare: true, gatherMs: 5 },
      failed: (error) => failures.push(error),
    });
    return { notifier, sent, failures };
  }

  it("of some milliseconds leave together, each topic once", async () => {
    const { notifier, sent } = noted(async () => []);
    for (let time = 0; time < 100; time++) notifier.notify(time % 2 ? "a" : "b");
    await expect.poll(() => sent).toEqual([["b", "a"]]);
    notifier.notify("a");
    await notifier.close();
    expect(sent).toEqual([["b", "a"], ["a"]]);
    await notifier.close();
    expect(sent).toHaveLength(2);
  });

  it("that can not be sent trouble nobody, and are told of once", async () => {
    const { notifier, sent, failures } = noted(() => Promise.reject(new Error("away")));
    notifier.notify("a");
    await expect.poll(() => sent).toHaveLength(1);
    await sleep(20);
    notifier.notify("b");
    await expect(notifier.close()).resolves.toBeUndefined();
    expect(failures).toHaveLength(1);
  });
});
