import { describe, expect, test } from "vitest";
import { plant } from "./rules/planted";
import { breaks, keeps, path, statement } from "./rules/planted-queries";
import { KNOWN_PREDICATES, predicatesOf } from "./rules/predicates";
import { queriesAreScoped } from "./rules/queries";
import { finding, nodesOf, parse, show, textOf } from "./rules/source";
import { sources } from "./rules/tree";

const rule = queriesAreScoped(["inWorkspace", "mine"]);

describe("what no predicate can hold", () => {
  const members = "scope.tx.select().from(member)";
  const here = "where(mine(member, scope))";
  plant(rule, [
    keeps(
      "a person reached from a held row",
      `${members}.innerJoin(user, eq(user.id, member.userId)).${here}`,
    ),
    breaks(
      "a person reached from nowhere",
      `${members}.innerJoin(user, eq(user.id, input.id)).${here}`,
      "innerJoin(user)",
    ),
    breaks(
      "a person reached by e-mail",
      `${members}.innerJoin(user, eq(user.email, member.email)).${here}`,
      "innerJoin(user)",
    ),
    breaks(
      "another table reached by its id",
      `${members}.innerJoin(task, eq(task.id, member.taskId)).${here}`,
      "innerJoin(task)",
    ),
    breaks("a look everywhere", "scope.tx.select().from(task).where(everywhere(scope))"),
    keeps("a hash", 'createHash("sha256").update(input.token).digest()'),
    {
      what: "accepts a look everywhere by security staff",
      path: "server/features/security-event/queries.ts",
      text: statement("scope.tx.select().from(auditEvent).where(everywhere(scope))"),
    },
    {
      what: "accepts an exception in its own file only",
      path,
      text: statement("scope.tx.insert(organization).values({ id })"),
      says: "insert(organization)",
    },
    {
      what: "accepts a named exception",
      path: "server/features/workspace/queries.ts",
      text: statement("scope.tx.insert(organization).values({ id })"),
    },
    {
      what: "refuses a condition that calls itself",
      path,
      text: `const loop = (scope: Scope) => loop(scope); ${statement("scope.tx.select().from(task).where(loop(scope))")}`,
      says: "nothing holds",
    },
  ]);
});

describe("the predicates", () => {
  test("are exports of (table, scope) that always answer", () => {
    const scope = parse(
      "db/scope.ts",
      `
      export function inWorkspace(table: T, scope: Scope): SQL { return x; }
      export function ownOrAny(table: T, scope: Scope): SQL | undefined { return x; }
      export function atVersion(table: T, version: number): SQL { return x; }
      function hidden(table: T, scope: Scope): SQL { return x; }`,
    );
    expect(predicatesOf(scope)).toEqual(["inWorkspace"]);
  });

  test("of db/scope.ts are all known here", () => {
    const scope = sources().find((source) => source.path === "db/scope.ts");
    expect(KNOWN_PREDICATES).toEqual(expect.arrayContaining(scope ? predicatesOf(scope) : []));
  });
});

describe("a predicate taken out of the tree is missed", () => {
  const tree = sources();
  const scope = tree.find((source) => source.path === "db/scope.ts");
  const predicates = scope ? predicatesOf(scope) : [];
  const queries = tree.filter((source) => /^server\/features\/.*\/queries\.ts$/.test(source.path));
  const calls = queries.flatMap((source) =>
    nodesOf(source.program, "CallExpression")
      .filter(({ callee }) => callee.type === "Identifier" && predicates.includes(callee.name))
      .map((call) => ({ source, call, where: show(finding(source, call, textOf(source, call))) })),
  );

  test.each(calls)("$where", ({ source, call }) => {
    const without = `${source.text.slice(0, call.start)}undefined${source.text.slice(call.end)}`;
    expect(queriesAreScoped(predicates)(parse(source.path, without))).not.toEqual([]);
  });
});
