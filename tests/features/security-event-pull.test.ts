import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { dataOf, type Made, makeService } from "@/tests/support/keys";
import { untilSettled } from "@/tests/support/settling";

interface Pulled {
  items: { id: string; action: string; workspaceId: string | null }[];
  nextCursor: string | null;
  more: boolean;
}

let house: House;
let owner: Person;
let team: string;
let service: Made;
beforeAll(async () => {
  house = await openHouse();
  owner = await house.person();
  ({ id: team } = await owner.in().workspace.create({ name: "Watched" }));
  service = await makeService(house, owner, { workspaceId: team });
});
afterAll(() => house.close());

const pull = async (input: object = {}) =>
  dataOf<Pulled>(await house.call(null, "securityEvent.pull", input, service.header));

async function pullAll(from?: string | null): Promise<Pulled["items"]> {
  const items: Pulled["items"] = [];
  for (let cursor = from; ; ) {
    const page = await pull({ limit: 7, ...(cursor && { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
    if (!page.more) return items;
  }
}

describe("securityEvent.pull", () => {
  it("tells what was done in the workspace, oldest first, and nothing of another", async () => {
    const stranger = await house.person();
    const { id: task } = await owner.in(team).task.create({ title: "One" });
    await stranger.in().task.create({ title: "Elsewhere" });
    await owner.in().task.create({ title: "At home" });
    await untilSettled(house.admin);
    const items = await pullAll();
    expect(items.map(({ action }) => action)).toEqual([
      "serviceAccount.create",
      "apiKey.create",
      "task.create",
    ]);
    expect(items.at(-1)).toMatchObject({ resourceId: task, actorId: owner.userId });
    expect(new Set(items.map(({ workspaceId }) => workspaceId))).toEqual(new Set([team]));
  });

  it("goes on where it ended, and says where that is when nothing is new", async () => {
    await untilSettled(house.admin);
    const first = await pull({ limit: 1_000 });
    const empty = await pull({ cursor: first.nextCursor });
    expect(empty).toEqual({ items: [], nextCursor: first.nextCursor, more: false });
    await owner.in(team).task.create({ title: "Later" });
    await untilSettled(house.admin);
    const next = await pull({ cursor: first.nextCursor });
    expect(next.items.map(({ action }) => action)).toEqual(["task.create"]);
  });

  it("waits for what may still come before, and then tells it in its place", async () => {
    await untilSettled(house.admin);
    const { nextCursor } = await pull({ limit: 1_000 });
    const slow = postgres(house.database.adminUrl, { max: 1 });
    let late = () => {};
    const begun = new Promise<void>((resolve) => {
      const wait = new Promise<void>((go) => {
        late = go;
      });
      void slow.begin(async (tx) => {
        await tx`insert into audit_event (id, actor_kind, actor_id, action, resource_kind, outcome, workspace_id)
          values (uuid_v7(), 'user', ${owner.userId}, 'test.late', 'test', 'success', ${team})`;
        resolve();
        await wait;
      });
    });
    await begun;
    await owner.in(team).task.create({ title: "Early" });
    expect((await pull({ cursor: nextCursor })).items).toEqual([]);
    late();
    await slow.end();
    await untilSettled(house.admin);
    const told = await pull({ cursor: nextCursor });
    expect(told.items.map(({ action }) => action)).toEqual(["test.late", "task.create"]);
  });

  it("misses none and repeats none while twenty write at once", async () => {
    await untilSettled(house.admin);
    const { nextCursor } = await pull({ limit: 1_000 });
    const told: string[] = [];
    let cursor = nextCursor;
    let writing = true;
    const reading = (async () => {
      for (let quiet = 0; writing || quiet < 3; ) {
        const page = await pull({ limit: 9, ...(cursor && { cursor }) });
        told.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
        quiet = page.items.length === 0 ? quiet + 1 : 0;
      }
    })();
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        for (let at = 0; at < 10; at++) await owner.in(team).task.create({ title: "Many" });
      }),
    );
    await untilSettled(house.admin);
    writing = false;
    await reading;
    expect(new Set(told).size).toBe(told.length);
    expect(told.length).toBe(200);
  }, 60_000);

  it("refuses a cursor of another form, and unknown fields", async () => {
    for (const input of [{ cursor: "x" }, { cursor: "é".repeat(32) }, { limit: 1_001 }, { workspace: team }])
      expect((await house.call(null, "securityEvent.pull", input, service.header)).status).toBe(400);
  });
});
