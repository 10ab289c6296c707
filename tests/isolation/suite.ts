import { v4 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appRouter } from "@/server/router";
import {
  addRows,
  CASES,
  fingerprint,
  isForAdmins,
  type Kind,
  needsSecret,
  type Rows,
} from "@/tests/isolation/inputs";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { openStream, sinceEver } from "@/tests/support/stream";

const SECRET = "xylophone";
const OWN = "marzipan";

/** Procedures that answer a list: out of reach shows as nothing, and never as an error. */
const isList = (path: string) =>
  path.endsWith(".list") && !["securityEvent.list", "alert.list", "user.list"].includes(path);

/**
 * A stranger against an owner's rows, by every id that any procedure takes. `prepare` may take a wall down first:
 * the suite passes with both walls, and with either alone.
 */
export function describeIsolation(
  name: string,
  prepare: (house: House) => Promise<void> = async () => {},
): void {
  describe(name, () => {
    let house: House;
    let owner: Person;
    let stranger: Person;
    let theirs: Rows;
    let own: Rows;

    beforeAll(async () => {
      house = await openHouse();
      await prepare(house);
      owner = await house.person();
      stranger = await house.person();
      // A workspace that is nobody's personal one, so that even deleting it is possible.
      const team = await owner.in().workspace.create({ name: `Team ${SECRET}` });
      const club = await stranger.in().workspace.create({ name: `Club ${OWN}` });
      theirs = await addRows(house, owner, team.id, SECRET);
      own = await addRows(house, stranger, club.id, OWN);
    });
    afterAll(() => house.close());

    const ask = (path: string, input: unknown, workspaceId = own.workspace) =>
      house.call(stranger, path, input, { "x-workspace-id": workspaceId });

    it.each([
      "project.list",
      "task.list",
      "document.list",
      "member.list",
      "workspace.list",
      "apiKey.list",
      "serviceAccount.list",
      "invitation.list",
      "securityEvent.mine",
    ])("%s shows the stranger nothing of the owner's, and something of their own", async (path) => {
      const answer = await ask(path, {});
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain(SECRET);
      for (const id of Object.values(theirs)) expect(answer.text).not.toContain(id);
      expect(answer.text).toContain(
        { "securityEvent.mine": own.user, "invitation.list": own.invitation }[path] ?? OWN,
      );
    });

    it.each(["project.list", "task.list", "document.list"])(
      "%s finds nothing of the owner's by search",
      async (path) => {
        const found = await ask(path, { search: SECRET });
        expect(found.text).toBe('{"result":{"data":{"items":[],"nextCursor":null}}}');
        expect((await ask(path, { search: OWN })).text).toContain(OWN);
      },
    );

    it("counts no task of the owner's", async () => {
      const answer = await stranger.in(own.workspace).project.get({ id: own.project });
      expect(answer.taskCounts).toEqual({ todo: 1, in_progress: 0, done: 0 });
    });

    it("task.changes tells the stranger nothing of the owner's, and all of their own", async () => {
      const stream = await openStream(house, stranger, {
        workspaceId: own.workspace,
        lastEventId: sinceEver(),
      });
      const told = [await stream.change()];
      await owner.in(theirs.workspace).task.create({ title: "Now" });
      const last = await stranger.in(own.workspace).task.create({ title: "Now" });
      while (!JSON.stringify(told.at(-1)).includes(last.id)) told.push(await stream.change());
      stream.close();
      const ids = told.map(({ data }) => (data as { id: string }).id);
      expect(ids).toEqual([own.task, last.id]);
    });

    it.each([
      ["task.create", { title: "New" }],
      ["document.create", { title: "New" }],
    ])("%s refuses a project that is archived in another workspace", async (path, input) => {
      const archived = await ask(path, { ...input, projectId: theirs.archivedProject });
      const unknown = await ask(path, { ...input, projectId: v4() });
      expect(archived.status).toBe(403);
      expect(archived.text).toBe(unknown.text);
    });

    // Last, because with a wall too few these destroy what the lists above look for.
    describe.each(Object.entries(CASES))("%s", (path, { input, ids }) => {
      it.each(Object.entries(ids))(
        "refuses a foreign and an unknown %s alike, and changes nothing",
        async (field, kind) => {
          const before = await fingerprint(house, theirs.workspace);
          const foreign = await ask(path, { ...input(own), [field]: theirs[kind as Kind] });
          const unknown = await ask(path, { ...input(own), [field]: v4() });
          expect(foreign.text).toBe(unknown.text);
          expect(foreign.status).toBe(isList(path) ? 200 : 403);
          expect(foreign.text).not.toContain(SECRET);
          expect(await fingerprint(house, theirs.workspace)).toBe(before);
        },
      );

      it("refuses a foreign, an unknown and a malformed workspace alike, and changes nothing", async () => {
        const before = await fingerprint(house, theirs.workspace);
        const [field] = Object.entries(ids).find(([, kind]) => kind === "workspace") ?? [];
        const named = field ? { ...input(own), [field]: theirs.workspace } : input(own);
        const answers = await Promise.all(
          [theirs.workspace, v4(), "'; drop table task"].map((id) => ask(path, named, id)),
        );
        for (const answer of answers) {
          expect(answer.status).toBe(403);
          expect(answer.text).toBe(answers[0]?.text);
        }
        expect(await fingerprint(house, theirs.workspace)).toBe(before);
      });
    });
  });
}

/** With ids of one's own every procedure answers: a refusal above is of the id, and of nothing else. */
export function describeOwnIds(): void {
  describe("with ids of one's own", () => {
    let house: House;
    let person: Person;
    beforeAll(async () => {
      house = await openHouse();
      person = await house.person();
    });
    afterAll(() => house.close());

    // Not granted to an ordinary person, or not without the right secret.
    const refused = [
      "securityEvent.list",
      "securityEvent.export",
      "securityEvent.verify",
      "securityEvent.pull",
    ];
    const granted = Object.entries(CASES).filter(
      ([path]) => !refused.includes(path) && !isForAdmins(path) && !needsSecret(path),
    );
    it.each(granted)("%s answers", async (path, { input }) => {
      const { id } = await person.in().workspace.create({ name: "Mine" });
      const rows = await addRows(house, person, id, OWN);
      const answer = await house.call(person, path, input(rows), { "x-workspace-id": id });
      expect(answer.status, answer.text).toBe(200);
    });
  });
}

/** Fails when a procedure, or an id field of one, has no case. */
export function describeCompleteness(): void {
  it("covers every procedure and every id that one takes", () => {
    const procedures = appRouter._def.procedures as unknown as Record<
      string,
      { _def: { inputs: unknown[] } }
    >;
    expect(Object.keys(CASES).sort()).toEqual(Object.keys(procedures).sort());
    for (const [path, procedure] of Object.entries(procedures)) {
      expect([path, idFields(procedure._def.inputs[0]).sort()]).toEqual([
        path,
        Object.keys(CASES[path]?.ids ?? {}).sort(),
      ]);
    }
  });
}

interface SchemaLike {
  format?: string | null;
  shape?: Record<string, SchemaLike>;
  _zod: { def: { innerType?: SchemaLike; in?: SchemaLike } };
}

/** Names of the fields of an input that hold an id: those whose innermost schema is a UUID. */
function idFields(schema: unknown): string[] {
  return Object.entries(innermost(schema as SchemaLike).shape ?? {})
    .filter(([, field]) => innermost(field).format === "uuid")
    .map(([name]) => name);
}

function innermost(schema: SchemaLike): SchemaLike {
  const inner = schema._zod.def.innerType ?? schema._zod.def.in;
  return inner ? innermost(inner) : schema;
}
