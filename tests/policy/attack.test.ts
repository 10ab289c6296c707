import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createDesk } from "@/server/cli/attack/desk";
import { readMatrix, rowsOfRule, verdictOn } from "@/server/cli/attack/expected";
import { textOfPattern } from "@/server/cli/attack/patterns";
import { inputOf, type JsonSchema } from "@/server/cli/attack/samples";
import type { Sender } from "@/server/cli/attack/send";
import { surfaceOf, type Way } from "@/server/cli/attack/surface";
import type { Target } from "@/server/cli/attack/target";
import { id, line } from "@/server/guard/input";
import { permissionsOf } from "@/server/guard/permissions";

const DOCUMENT = readFileSync("docs/permissions.md", "utf8");
const HERE = "workspace";

describe("the verdict that the attack battery expects", () => {
  const matrix = readMatrix(DOCUMENT);
  const ways = surfaceOf(process.cwd());
  const asking = (platform: string, role: string | undefined) => ({
    ...{ caller: { userId: "me", platform, roleIn: () => role }, workspace: HERE },
  });

  it.each(["user", "auditor", "admin"] as const)("of a platform %s is what the guard grants", (platform) => {
    for (const role of ["viewer", "member", "admin", "owner"] as const)
      for (const { name } of ways) {
        const { permission = "", who, callers } = matrix.rules.get(name) ?? {};
        const isAsked = who === "signed in" || platform === "admin" || platform === who;
        const isAdmitted = isAsked && callers?.includes("session");
        const reach = isAdmitted ? permissionsOf(platform, role).get(permission) : undefined;
        const on = (ownerId: string) =>
          verdictOn(matrix, name, { ...asking(platform, role), row: { workspace: HERE, ownerId } });
        expect([name, role, on("me")]).toEqual([name, role, reach ? "allowed" : "forbidden"]);
        // Whoever is shown a key acts as its owner.
        const isForOthers = reach === "any" && name !== "apiKey.rotate";
        expect([name, role, on("you")]).toEqual([name, role, isForOthers ? "allowed" : "forbidden"]);
      }
  });

  it("is 401 for nobody, and 403 outside of the caller's workspaces", () => {
    const row = { workspace: HERE, ownerId: "me" };
    expect(verdictOn(matrix, "task.get", { caller: null, workspace: HERE, row })).toBe("unauthenticated");
    expect(verdictOn(matrix, "task.get", { ...asking("admin", undefined), row })).toBe("forbidden");
    const elsewhere = { ...row, workspace: "another" };
    expect(verdictOn(matrix, "task.get", { ...asking("user", "owner"), row: elsewhere })).toBe("forbidden");
  });

  it("is not made up where the document has no table", () => {
    for (const heading of ["Procedures", "Workspace roles", "Platform roles"])
      expect(() => readMatrix(DOCUMENT.replace(`## ${heading}`, "## Others"))).toThrow("no table");
  });
});

describe("a rule of the document", () => {
  const { rules } = readMatrix(DOCUMENT);
  it.each([
    ["task.get", "tenant", null],
    ["workspace.update", "identity", "id"],
    ["task.changes", "tenant", "workspaceId"],
    ["alert.list", "security", null],
  ])("of %s says whose rows it reaches, and where its workspace is named", (name, area, workspaceField) => {
    expect(rules.get(name)).toMatchObject({ area, workspaceField, callers: ["session", "token", "key"] });
  });
});

describe("the rows that a rule is about", () => {
  const matrix = readMatrix(DOCUMENT);
  it.each([
    ["task.get", "workspace"],
    ["workspace.update", "workspace"],
    // Keys, members and invitations lie beside people, and are a workspace's.
    ["apiKey.revoke", "workspace"],
    ["member.remove", "workspace"],
    ["invitation.revoke", "workspace"],
    ["session.revoke", "person"],
    ["invitation.accept", "person"],
    ["profile.get", "person"],
    ["user.ban", "house"],
    ["alert.resolve", "house"],
  ])("are, for %s, those of a %s", (name, whose) => {
    expect(rowsOfRule(matrix, matrix.rules.get(name))).toBe(whose);
  });
});

describe("a request of REST that the attack battery sends", () => {
  const ways = new Map(surfaceOf(process.cwd()).map((way) => [way.name, way]));
  const { ask } = createDesk({} as Target, {} as Sender);
  const sent = (name: string, input: Record<string, unknown>) => {
    const way = ways.get(name);
    if (!way) throw new Error(`no ${name}`);
    const { method, path, body } = ask(way, input, []);
    return [method, path, body];
  };

  it("has its parameter in the path, and the rest in body or query", () => {
    expect(sent("PATCH /api/v1/tasks/{id}", { id: "../a b", title: "T" })).toEqual([
      ...["PATCH", "/api/v1/tasks/..%2Fa%20b", '{"title":"T"}'],
    ]);
    expect(sent("DELETE /api/v1/tasks/{id}", { id: "1", version: 2 })).toEqual([
      ...["DELETE", "/api/v1/tasks/1?version=2", undefined],
    ]);
    expect(sent("GET /api/v1/tasks", { search: "\ud800&=", status: ["a", "b"] })).toEqual([
      ...["GET", "/api/v1/tasks?search=%ED%A0%80%26%3D&status=a&status=b", undefined],
    ]);
  });
});

describe("an input that the attack battery makes", () => {
  const wayOf = (input: z.ZodType): Way => {
    const schema = z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) as JsonSchema;
    const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => ({
      ...{ name, schema: field, required: schema.required?.includes(name) ?? false },
    }));
    const accepts = (value: unknown) => input.safeParse(value).success;
    return {
      name: "label.add",
      procedure: "label.add",
      noun: "label",
      verb: "add",
      kind: "mutation",
      writes: true,
      output: {},
      fields,
      accepts,
      showsSecret: false,
      place: "",
    };
  };
  const ids: Record<string, string> = {
    id: "0199a1b2-0000-7000-8000-000000000001",
    taskIds: "0199a1b2-0000-7000-8000-000000000002",
    taskId: "0199a1b2-0000-7000-8000-000000000002",
  };
  const source = { text: "Text canary", hints: {}, idFor: (_: string, field: string) => ids[field] };

  it("holds what a schema that nobody has seen asks for", () => {
    const schema = z.strictObject({
      id,
      taskIds: z.array(id).min(1),
      name: line(80),
      colour: z.string().regex(/^#[0-9a-f]{6}$/),
      size: z.number().int().min(3),
      kind: z.enum(["a", "b"]),
      note: line(5).optional(),
    });
    const made = inputOf(wayOf(schema), source);
    expect(schema.safeParse(made).success).toBe(true);
    expect(made).toMatchObject({ id: ids.id, taskIds: [ids.taskIds], name: "Text canary", note: "Text " });
  });

  it("is none where a field can not be filled", () => {
    expect(inputOf(wayOf(z.strictObject({ secretId: id })), source)).toBeUndefined();
    expect(
      inputOf(wayOf(z.strictObject({ odd: z.string().refine((text) => text === "open sesame") })), source),
    ).toBeUndefined();
  });

  it.each(["^[A-Za-z0-9_-]{22}$", "^[1-9][0-9]{0,8}$", "^(?:a|b)+c?\\d{2}\\.x$", "^hf_[^_]{4}_(?=x)x$"])(
    "matches the pattern %s",
    (pattern) => {
      expect(textOfPattern(pattern)).toMatch(new RegExp(pattern));
    },
  );
});
