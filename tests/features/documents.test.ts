import { v4 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addRows, CASES, fingerprint } from "@/tests/isolation/inputs";
import { dataOf, expectConflict, FORBIDDEN } from "@/tests/support/answers";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { auditRows } from "@/tests/support/team";

let house: House;
let person: Person;
beforeAll(async () => {
  house = await openHouse();
  person = await house.person();
});
afterAll(() => house.close());

const call = (path: string, input: unknown) => house.call(person, path, input);
const versionsKept = (id: string) =>
  house.admin<{ version: number; title: string; body: string }[]>`
    select version, title, body from document_version where document_id = ${id} order by version`;

async function threeVersions() {
  const api = person.in();
  const { id } = await api.document.create({ title: "One", body: "first" });
  await api.document.update({ id, title: "Two", version: 1 });
  await api.document.update({ id, body: "third", version: 2 });
  return id;
}

describe("versions of a document", () => {
  it("are kept from the first on, newest first", async () => {
    const id = await threeVersions();
    const { items, nextCursor } = await person.in().document.versions({ id });
    expect(nextCursor).toBeNull();
    expect(items.map(({ version, title, authorId }) => [version, title, authorId])).toEqual([
      [3, "Two", person.userId],
      [2, "Two", person.userId],
      [1, "One", person.userId],
    ]);
  });

  it("can be read as they were", async () => {
    const id = await threeVersions();
    const api = person.in();
    const texts = await Promise.all(
      [1, 2, 3, undefined].map(async (version) => {
        const { title, body, version: shown } = await api.document.get({ id, version });
        return [shown, title, body];
      }),
    );
    expect(texts).toEqual([
      [1, "One", "first"],
      [2, "Two", "first"],
      [3, "Two", "third"],
      [3, "Two", "third"],
    ]);
    expect((await call("document.get", { id, version: 4 })).text).toBe(FORBIDDEN);
  });

  it("page by their numbers", async () => {
    const api = person.in();
    const { id } = await api.document.create({ title: "Paged" });
    for (let version = 1; version < 11; version++)
      await api.document.update({ id, body: `${version}`, version });
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.document.versions({ id, limit: 4, cursor });
      seen.push(...page.items.map(({ version }) => version));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it("come back as a newer one, and nothing is lost", async () => {
    const id = await threeVersions();
    const restored = await person.in().document.restore({ id, to: 1, version: 3 });
    expect([restored.version, restored.title, restored.body]).toEqual([4, "One", "first"]);
    expect((await versionsKept(id)).map((row) => Object.values(row))).toEqual([
      [1, "One", "first"],
      [2, "Two", "first"],
      [3, "Two", "third"],
      [4, "One", "first"],
    ]);
    expect((await call("document.restore", { id, to: 9 })).text).toBe(FORBIDDEN);
  });

  it("end with the document", async () => {
    const id = await threeVersions();
    expect(await versionsKept(id)).toHaveLength(3);
    await person.in().document.delete({ id });
    expect(await versionsKept(id)).toEqual([]);
    expect((await call("document.versions", { id })).text).toBe(FORBIDDEN);
    expect((await call("document.get", { id, version: 1 })).text).toBe(FORBIDDEN);
  });
});

/** Every procedure that names the version it read. */
const VERSIONED = [
  "task.update",
  "task.move",
  "task.assign",
  "task.delete",
  "project.update",
  "project.archive",
  "project.delete",
  "document.update",
  "document.restore",
  "document.delete",
];

describe.each(VERSIONED)("%s", (path) => {
  it("is refused with a version that has moved on, and changes nothing", async () => {
    const rows = await addRows(house, person, person.workspaceId, "stale");
    const noun = path.split(".")[0] as "task" | "project" | "document";
    const title = noun === "project" ? "name" : "title";
    await call(`${noun}.update`, { id: rows[noun], [title]: "Somebody was faster", version: 1 });
    const before = [await fingerprint(house, person.workspaceId), await auditRows(house)];
    for (const version of [1, 3, 2_147_483_647]) {
      expectConflict(await call(path, { ...CASES[path]?.input(rows), version }), "STALE_VERSION");
    }
    expect([await fingerprint(house, person.workspaceId), await auditRows(house)]).toEqual(before);
    expect((await call(path, { ...CASES[path]?.input(rows), version: 2 })).status).toBe(200);
  });

  it("is 403 for a row that is not there, whatever the version", async () => {
    const rows = await addRows(house, person, person.workspaceId, "unknown");
    const input = { ...CASES[path]?.input(rows), id: v4() };
    for (const version of [undefined, 1, 7])
      expect((await call(path, { ...input, version })).text).toBe(FORBIDDEN);
  });

  it("lets exactly one of many through that name the same version", async () => {
    const rows = await addRows(house, person, person.workspaceId, "race");
    const audit = await auditRows(house);
    const noun = path.split(".")[0] as "task" | "project" | "document";
    const input = { ...CASES[path]?.input(rows), version: 1 };
    const answers = await Promise.all(Array.from({ length: 12 }, () => call(path, input)));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    const deleted = path.endsWith("delete");
    for (const loser of answers.filter(({ status }) => status !== 200)) {
      // The row may be gone before a loser looks for it, or still be there.
      if (deleted) expect([403, 409]).toContain(loser.status);
      else expectConflict(loser, "STALE_VERSION");
    }
    expect((await auditRows(house)) - audit).toBe(1);
    if (!deleted) expect(dataOf(await call(`${noun}.get`, { id: rows[noun] })).version).toBe(2);
    if (path === "document.update" || path === "document.restore")
      expect(await versionsKept(rows.document)).toHaveLength(2);
  });
});

describe("changes that name no version", () => {
  it("all happen, one after the other, each with a version of its own", async () => {
    const id = await threeVersions();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? call("document.update", { id, body: `body ${index}` })
          : call("document.restore", { id, to: 1 + (index % 3) }),
      ),
    );
    const versions = answers.map((answer) => dataOf<{ version: number }>(answer).version);
    expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 4));
    const kept = await versionsKept(id);
    expect(kept.map(({ version }) => version)).toEqual(Array.from({ length: 23 }, (_, index) => index + 1));
    const { title, body } = await person.in().document.get({ id });
    expect(kept.at(-1)).toMatchObject({ title, body });
  });
});
