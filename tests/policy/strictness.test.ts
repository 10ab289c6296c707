import { describe, expect, it } from "vitest";
import { z } from "zod";
import { looseAt, type Schema } from "@/server/guard/strictness";

const at = (schema: z.ZodType) => looseAt(schema as unknown as Schema);
const loose = z.object({ a: z.string() });
const strict = z.strictObject({ a: z.string() });

interface Tree {
  [key: string]: unknown;
}
const tree: z.ZodType<Tree> = z.lazy(() => z.strictObject({ children: z.array(tree).optional() }));
const looseTree: z.ZodType<Tree> = z.lazy(() => z.object({ children: z.array(looseTree).optional() }));

describe("a schema that takes keys which it does not name", () => {
  it.each<[string, z.ZodType, string]>([
    ["an object", loose, ""],
    ["a loose object", z.looseObject({}), ""],
    ["an object that catches the rest", z.object({}).catchall(z.string()), ""],
    ["an object inside", z.strictObject({ a: strict, b: z.strictObject({ c: loose }) }), "b.c"],
    ["objects in an array", z.strictObject({ list: z.array(loose) }), "list[]"],
    ["objects in a tuple", z.strictObject({ pair: z.tuple([z.string(), loose]) }), "pair[]"],
    ["objects in the rest of a tuple", z.strictObject({ pair: z.tuple([z.string()], loose) }), "pair[]"],
    ["objects in a set", z.strictObject({ set: z.set(loose) }), "set[]"],
    ["objects in a map", z.strictObject({ map: z.map(z.uuid(), loose) }), "map[]"],
    ["one form of a union", z.strictObject({ one: z.union([strict, loose]) }), "one"],
    [
      "one form of a discriminated union",
      z.discriminatedUnion("k", [
        z.strictObject({ k: z.literal("a") }),
        z.strictObject({ k: z.literal("b"), deep: loose }),
      ]),
      "deep",
    ],
    ["one side of an intersection", z.intersection(strict, loose), ""],
    ["a record of any keys", z.strictObject({ any: z.record(z.string(), z.string()) }), "any"],
    ["a record of objects", z.strictObject({ any: z.record(z.enum(["a"]), loose) }), "any[]"],
    ["a loose record", z.strictObject({ any: z.looseRecord(z.enum(["a"]), z.string()) }), "any"],
    ["what is optional", z.strictObject({ a: loose.optional() }), "a"],
    ["what may be null", z.strictObject({ a: loose.nullable() }), "a"],
    ["what has a default", z.strictObject({ a: loose.default({ a: "" }) }), "a"],
    ["what has a first value", loose.prefault({ a: "" }), ""],
    ["what is read only", z.strictObject({ a: loose.readonly() }), "a"],
    ["what is transformed", z.strictObject({ a: loose.transform((value) => value.a) }), "a"],
    ["what was something else before", z.preprocess((value) => value, strict), ""],
    ["what is caught when it is wrong", z.strictObject({ a: strict.catch({ a: "" }) }), "a"],
    ["anything", z.strictObject({ a: z.any() }), "a"],
    ["the unknown", z.strictObject({ a: z.unknown() }), "a"],
    ["what nobody looks into", z.strictObject({ a: z.custom() }), "a"],
    ["any JSON", z.strictObject({ a: z.json() }), "a"],
    ["a tree", looseTree, ""],
  ])("is found: %s", (_, schema, place) => {
    expect(at(schema)).toBe(place);
  });

  it.each<[string, z.ZodType]>([
    ["a strict object", strict],
    [
      "strict objects everywhere",
      z.strictObject({ a: z.array(z.union([strict, z.null()])), b: strict.optional() }),
    ],
    ["a strict object with a condition", strict.refine(() => true)],
    ["a tree", tree],
    ["a record of named keys", z.record(z.enum(["a", "b"]), z.string())],
    ["a record by id", z.record(z.uuid(), strict)],
    [
      "text, numbers, choices",
      z.strictObject({ a: z.email(), b: z.int(), c: z.enum(["x"]), d: z.iso.datetime() }),
    ],
    ["a discriminated union", z.discriminatedUnion("k", [z.strictObject({ k: z.literal("a") })])],
  ])("is not: %s", (_, schema) => {
    expect(at(schema)).toBeNull();
  });

  it("says so only of what Zod lets through", () => {
    expect(
      z.intersection(strict, z.strictObject({ b: z.string() })).safeParse({ a: "", b: "", c: 1 }).success,
    ).toBe(false);
    expect(strict.catch({ a: "" }).safeParse({ a: "", c: 1 }).success).toBe(true);
  });
});
