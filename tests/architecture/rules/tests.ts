import type { Node } from "oxc-parser";
import { type Finding, finding, nodesOf, type Source } from "./source";

const RUNNERS = /^(test|it|describe|suite|bench)$/;
const SWITCHES = /^(only|skip|skipIf|runIf|todo|fixme|fails|fail)$/;

/**
 * What a test may depend on: root passes every permission, so some refusals need it and some forbid it; a Redis, or
 * Python's PyJWT, may be missing on a developer's machine, never in CI (tests/support/redis.ts, python.ts).
 */
const CONDITIONS = ["asRoot", "isRedisThere", "isPyJwtThere"];

/** A test that is left out proves nothing, and one that runs alone leaves out the rest. */
export function testsAllRun(source: Source): Finding[] {
  if (!source.path.startsWith("tests/")) return [];
  const members = nodesOf(source.program, "MemberExpression").filter(
    (node) =>
      node.property.type === "Identifier" &&
      SWITCHES.test(node.property.name) &&
      RUNNERS.test(rootOf(node.object)) &&
      !isCondition(node.parent),
  );
  const calls = nodesOf(source.program, "CallExpression").filter(
    ({ callee }) => callee.type === "Identifier" && /^(x|f)(it|test|describe)$/.test(callee.name),
  );
  return [...members, ...calls].map((node) =>
    finding(source, node, "leaves tests out: make it pass, or take it away and say why in the change"),
  );
}

function isCondition(call: Node | undefined | null): boolean {
  const [condition] = call?.type === "CallExpression" ? call.arguments : [];
  return condition?.type === "Identifier" && CONDITIONS.includes(condition.name);
}

function rootOf(node: Node): string {
  if (node.type === "MemberExpression") return rootOf(node.object);
  if (node.type === "CallExpression") return rootOf(node.callee);
  return node.type === "Identifier" ? node.name : "";
}
