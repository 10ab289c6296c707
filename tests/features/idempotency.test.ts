import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addRows, CASES, fingerprint, goodInput, type Rows } from "@/tests/isolation/inputs";
import { dataOf, expectConflict, FORBIDDEN } from "@/tests/support/answers";
import { type Answer, type House, openHouse, type Person, procedureType } from "@/tests/support/house";
import { auditRows, makePeople, makeTeam, whileRole } from "@/tests/support/team";

const MUTATIONS = Object.keys(CASES).filter((path) => procedureType(path) === "mutation");

let house: House;
let person: Person;
let rows: Rows;
let key: string;
beforeAll(async () => {
  house = await openHouse();
});
beforeEach(async () => {
  key = randomUUID();
  person = await house.person();
  const { id } = await person.in().workspace.create({ name: "Repeated" });
  rows = await addRows(house, person, id, "repeat");
  await house.admin`update "user" set role = 'user' where role = 'admin'`;
});
afterAll(() => house.close());

const send = (path: string, input: unknown, { by = person, at = rows.workspace, under = key } = {}) =>
  house.call(by, path, input, { "x-workspace-id": at, "idempotency-key": under });
const isReplay = ({ headers }: Answer) => headers.get("idempotency-replayed") === "true";
const tasks = async (title: string) => (await house.admin`select 1 from task where title = ${title}`).length;
const records = async () => (await house.admin`select 1 from idempotency_record where key = ${key}`).length;
const state = async () => [await fingerprint(house, rows.workspace), await auditRows(house), await records()];

function expectReused(answer: Answer): void {
  const { code, reason } = answer.body.error?.data ?? {};
  expect([answer.status, code, reason]).toEqual([422, "UNPROCESSABLE_CONTENT", "IDEMPOTENCY_KEY_REUSED"]);
}

describe("a repeat", () => {
  it.each(MUTATIONS)("of %s changes nothing and gives the first answer", async (path) => {
    const input = await goodInput(house, person, rows, path);
    const before = await auditRows(house);
    const first = await send(path, input);
    expect([first.status, isReplay(first)], first.text).toEqual([200, false]);
    const after = await state();
    expect(after[1]).toBe(before + 1);
    const again = await send(path, input);
    expect(await state()).toEqual(after);
    // Who may not any more is told so: the guard comes before any repeat.
    if (path === "workspace.delete") return expect([again.text, after[2]]).toEqual([FORBIDDEN, 0]);
    if (path === "member.leave" || path === "member.transferOwnership")
      return expect([again.text, after[2]]).toEqual([FORBIDDEN, 1]);
    expect(after[2]).toBe(1);
    if (["securityEvent.export", "apiKey.create", "apiKey.rotate"].includes(path))
      return expect(again.body.error?.data.reason).toBe("ALREADY_DONE");
    expect([again.status, again.text, isReplay(again)]).toEqual([200, first.text, true]);
  });

  it("is known by what the input says, not by the order of its keys", async () => {
    const first = await send("task.create", { title: "Order", description: "d", dueAt: null });
    const again = await send("task.create", { dueAt: null, title: "Order", description: "d" });
    expect([again.text, isReplay(again), await tasks("Order")]).toEqual([first.text, true, 1]);
  });

  it("gives what was answered then, not what is there now", async () => {
    const first = await send("task.create", { title: "Then" });
    await person.in(rows.workspace).task.update({ id: dataOf(first).id ?? "", title: "Now" });
    expect((await send("task.create", { title: "Then" })).text).toBe(first.text);
  });

  it("runs again when the answer is 24 hours old, and sweeps other old ones with it", async () => {
    const other = await house.person();
    await send("task.create", { title: "Old" });
    await send("task.create", { title: "Other's" }, { by: other, at: other.workspaceId });
    await send("task.create", { title: "Recent" }, { under: "recent" });
    await house.admin`update idempotency_record set created_at = now() - interval '24 hours' where key = ${key}`;
    expect(isReplay(await send("task.create", { title: "Old" }))).toBe(false);
    expect([await tasks("Old"), await records()]).toEqual([2, 1]);
    expect(isReplay(await send("task.create", { title: "Old" }))).toBe(true);
    expect(isReplay(await send("task.create", { title: "Recent" }, { under: "recent" }))).toBe(true);
  });
});

describe("a key that is taken", () => {
  beforeEach(async () => {
    await send("task.create", { title: key });
  });

  it.each([
    ["another input", "task.create", { title: "Another" }],
    ["one field more", "task.create", { title: "x", description: "" }],
    ["an input that is not valid", "task.create", {}],
    ["another procedure", "project.create", { name: "Another" }],
    ["another procedure under another database role", "profile.update", { name: "Another" }],
  ])("refuses %s", async (_, path, input) => {
    const before = await state();
    expectReused(await send(path, input));
    expect(await state()).toEqual(before);
  });

  it.each(["force", "disable"])(
    "is taken for its caller and workspace only (second wall: %s)",
    async (wall) => {
      const colleague = await house.person();
      await house.join(colleague, rows.workspace, "member");
      await house.admin.unsafe(`alter table idempotency_record ${wall} row level security`);
      const theirs = await send("task.create", { title: key }, { by: colleague });
      const elsewhere = await send("task.create", { title: key }, { at: person.workspaceId });
      await house.admin.unsafe("alter table idempotency_record enable row level security");
      expect([theirs.status, isReplay(theirs)]).toEqual([200, false]);
      expect([elsewhere.status, isReplay(elsewhere)]).toEqual([200, false]);
      expect([await tasks(key), await records()]).toEqual([3, 3]);
    },
  );

  it("is taken in the workspace that the input names", async () => {
    const under = randomUUID();
    const rename = { id: rows.workspace, name: "By its id" };
    const first = await send("workspace.update", rename, { under, at: person.workspaceId });
    const again = await send("workspace.update", rename, { under, at: person.workspaceId });
    expect([first.status, again.text, isReplay(again)]).toEqual([200, first.text, true]);
    const [record] = await house.admin`select workspace_id from idempotency_record where key = ${under}`;
    expect(record?.workspace_id).toBe(rows.workspace);
  });
});

describe("a first attempt that fails", () => {
  it.each([
    ["403", "task.create", { title: "Mended", projectId: randomUUID() }, { title: "Mended" }],
    ["400", "task.create", { title: "" }, { title: "Mended" }],
    ["409", "task.update", { title: "Stale", version: 7 }, { title: "Mended", version: 1 }],
  ])("with %s leaves the key free", async (status, path, wrong, right) => {
    const id = path === "task.update" && { id: rows.task };
    const before = await state();
    expect((await send(path, { ...id, ...wrong })).status).toBe(Number(status));
    expect(await state()).toEqual(before);
    const mended = await send(path, { ...id, ...right });
    expect([mended.status, isReplay(mended)]).toEqual([200, false]);
    expect((await send(path, { ...id, ...right })).text).toBe(mended.text);
  });
});

describe("the guard comes first", () => {
  it("when the role, the reach or the membership is gone", async () => {
    const people = await makePeople(house);
    const at = await makeTeam(house, people);
    const { id } = await people.colleague.in(at).task.create({ title: "A colleague's" });
    const update = () => send("task.update", { id, title: "By the admin" }, { by: people.admin, at });
    const as = (role: string) => whileRole(house, { person: people.admin, workspaceId: at, role }, update);
    const first = await update();
    expect((await update()).text).toBe(first.text);
    expect((await as("viewer")).text).toBe(FORBIDDEN);
    expect((await as("member")).text).toBe(FORBIDDEN);
    expect((await update()).text).toBe(first.text);
    await house.admin`delete from member where organization_id = ${at} and user_id = ${people.admin.userId}`;
    expect((await update()).text).toBe(FORBIDDEN);
    expect((await house.call(null, "task.create", {}, { "idempotency-key": key })).status).toBe(401);
  });
});

describe("fifty uses of one key at once", () => {
  it("make one row, and every answer is that one or 409", async () => {
    const before = await auditRows(house);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => send("task.create", { title: "Once" })),
    );
    const made = answers.filter(({ status }) => status === 200);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    expect(made.filter((answer) => !isReplay(answer))).toHaveLength(1);
    for (const answer of answers)
      if (answer.status !== 200) expectConflict(answer, "IDEMPOTENCY_IN_PROGRESS");
    expect([await tasks("Once"), await records(), await auditRows(house)]).toEqual([1, 1, before + 1]);
  });

  it("with different inputs make one row, and every other answer is 409 or 422", async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => send("task.create", { title: `Either ${n}` })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => ![200, 409, 422].includes(status))).toEqual([]);
    expect(await records()).toBe(1);
  });
});
