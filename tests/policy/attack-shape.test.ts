import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { JsonSchema } from "@/server/cli/attack/samples";
import { extraIn, undescribedIn } from "@/server/cli/attack/shape";
import { surfaceOf } from "@/server/cli/attack/surface";

const jsonOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "output" }) as JsonSchema;

describe("an answer, beside its output schema", () => {
  const schema = jsonOf(
    z.object({
      items: z.array(z.object({ id: z.string(), of: z.object({ kind: z.literal("a") }).nullable() })),
      details: z.record(z.string(), z.number()),
      kind: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("a") }),
        z.object({ kind: z.literal("b"), b: z.number() }),
      ]),
    }),
  );
  const answer = {
    items: [
      { id: "1", of: { kind: "a" } },
      { id: "2", of: null },
    ],
    details: { any: 1 },
    kind: { kind: "b", b: 1 },
  };

  it("holds nothing more", () => {
    expect(extraIn(schema, answer)).toBeUndefined();
    expect(undescribedIn(schema)).toBeUndefined();
  });

  it.each([
    ["role", { ...answer, role: "admin" }],
    ["items[].ownerId", { ...answer, items: [{ ...answer.items[0], ownerId: "x" }] }],
    ["items[].of.secret", { ...answer, items: [{ id: "1", of: { kind: "a", secret: "x" } }] }],
    ["details.any", { ...answer, details: { any: { deep: 1 } } }],
    ["items[].id", { ...answer, items: [{ id: { not: "text" }, of: null }] }],
    ["kind.c", { ...answer, kind: { kind: "b", b: 1, c: 1 } }],
  ])("is seen to hold %s", (place, value) => {
    expect(extraIn(schema, value)).toBe(place);
  });

  it.each([
    ["the whole", z.any()],
    ["data", z.object({ data: z.unknown() })],
    ["items[].of", z.object({ items: z.array(z.object({ of: z.any().nullable() })) })],
    ["{}", z.looseObject({ id: z.string() })],
    ["{}", z.record(z.string(), z.any())],
  ])("may hold anything at %s, and that is said", (place, open) => {
    expect(undescribedIn(jsonOf(open))).toBe(place);
  });

  it("is described by every way in, streams among them", () => {
    const open = surfaceOf(process.cwd()).flatMap(({ output }) => undescribedIn(output) ?? []);
    expect(open).toEqual([]);
  });
});
