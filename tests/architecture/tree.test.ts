import { expect, test } from "vitest";
import { bannedNamesStayOut, noNulBytes } from "./rules/bans";
import { clientsHoldNoServerCode } from "./rules/clients";
import { environmentIsReadOnce } from "./rules/environment";
import { importsKeepTheirLayer } from "./rules/layers";
import { namesSayWhatIsInside, rootHoldsOnlyTheHouse, sizesAreSmall } from "./rules/layout";
import { packagesStayWithTheirKeepers } from "./rules/packages";
import { predicatesOf } from "./rules/predicates";
import { queriesAreScoped } from "./rules/queries";
import { type Finding, type Rule, type Source, show } from "./rules/source";
import { testsAllRun } from "./rules/tests";
import { modulesDoNothingWhenLoaded } from "./rules/top-level";
import { paths, read, rootNames, sources } from "./rules/tree";

/** The rules, over the tree as it is. That each of them can fail is proven beside this file. */
const tree = sources();
const files = paths().map((path) => ({ path, text: read(path) }));
const scope = tree.find(({ path }) => path === "db/scope.ts");
const predicates = scope ? predicatesOf(scope) : [];

const RULES: [name: string, rule: Rule][] = [
  ["every import keeps its layer", importsKeepTheirLayer],
  ["packages stay with their keepers", packagesStayWithTheirKeepers],
  ["the environment is read in one place", environmentIsReadOnce],
  ["banned names stay out", bannedNamesStayOut],
  ["modules do nothing when they are loaded", modulesDoNothingWhenLoaded],
  ["every statement of a feature is inside its scope", queriesAreScoped(predicates)],
  ["no test is left out", testsAllRun],
];

test("the rules see the tree", () => {
  const seen = ["app/", "server/main.ts", "server/features/", "db/scope.ts", "tests/"];
  expect(seen.filter((start) => !tree.some(({ path }) => path.startsWith(start)))).toEqual([]);
  expect(predicates).not.toEqual([]);
});

test.each(RULES)("%s", (_name, rule) => {
  expectNone(tree.flatMap((source: Source) => rule(source)));
});

test("client components hold no server code", () => {
  expectNone(clientsHoldNoServerCode(tree));
});

test("files are small, well named and free of NUL bytes", () => {
  expectNone(
    files.flatMap((file) => [...sizesAreSmall(file), ...namesSayWhatIsInside(file), ...noNulBytes(file)]),
  );
});

test("the root holds only the house and its tools", () => {
  expectNone(rootHoldsOnlyTheHouse(rootNames()));
});

function expectNone(found: Finding[]): void {
  expect(found.map(show)).toEqual([]);
}
