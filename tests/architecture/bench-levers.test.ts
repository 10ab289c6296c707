import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { LEVERS } from "@/tests/bench/levers/levers";
import { changed } from "@/tests/bench/levers/variant";

it.each(LEVERS)("the lever '$name' fits the source", ({ name, without, published = false }) => {
  expect(without.length > 0).toBe(!published);
  for (const change of without) {
    const text = readFileSync(change.file, "utf8");
    expect(changed(name, text, change)).not.toBe(text);
  }
});

it.each(["no place", "twice, twice"])("a lever that fits %s is refused", (text) => {
  expect(() => changed("x", text, { from: "twice", to: "" })).toThrow(
    /the lever "x" fits [02] places: twice/,
  );
});
