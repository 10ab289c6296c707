import { expect, test } from "vitest";
import {
  type Lock,
  lockHoldsThePins,
  lockIsWhole,
  type Manifest,
  noKnownHoles,
  versionsArePinned,
} from "./rules/lockfile";
import { read } from "./rules/tree";

const manifest: Manifest = JSON.parse(read("package.json"));
const lock: Lock = JSON.parse(read("package-lock.json"));

test("every dependency is pinned exactly", () => {
  expect(versionsArePinned(manifest)).toEqual([]);
});

test.each(["^1.2.3", "~1.2.3", "latest", "*", "1.x", ">=1.2.3", "github:a/b"])("%s is no pin", (version) => {
  expect(versionsArePinned({ devDependencies: { x: version } })).toHaveLength(1);
});

test("the lockfile holds the pins", () => {
  expect(lockHoldsThePins(manifest, lock)).toEqual([]);
  const packages = { "node_modules/x": { version: "1.2.4" } };
  expect(lockHoldsThePins({ dependencies: { x: "1.2.3" } }, { packages })).toHaveLength(1);
});

test("the lockfile is whole, for every platform", () => {
  expect(lockIsWhole(lock)).toEqual([]);
});

test.each([
  ["1.0.0", 0],
  ["0.9.0", 1],
])("a package that needs x 1.0.0, where %s is locked, has %i unmet", (version, unmet) => {
  const packages = {
    "node_modules/y/node_modules/z": { version: "1.0.0", optionalDependencies: { x: "1.0.0" } },
    "node_modules/x": { version },
  };
  expect(lockIsWhole({ packages })).toHaveLength(unmet);
});

test("nothing with a known hole is installed", () => {
  expect(noKnownHoles(lock)).toEqual([]);
});

test.each([
  ["node_modules/next", "16.4.4", 1],
  ["node_modules/next", "16.4.5-canary.1", 1],
  ["node_modules/next", "16.4.5", 0],
  ["node_modules/next", "16.10.0", 0],
  ["node_modules/drizzle-orm", "0.45.1", 1],
  ["node_modules/a/node_modules/@trpc/server", "11.7.9", 1],
  ["node_modules/@trpc/server", "11.22.1", 0],
])("%s %s has %i", (path, version, holes) => {
  expect(noKnownHoles({ packages: { [path]: { version } } })).toHaveLength(holes);
});
