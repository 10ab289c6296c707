import type { Node } from "oxc-parser";
import { type Finding, finding, nodesOf, type Source } from "./source";

const RUNNERS = /^(test|it|describe|suite|bench)$/;
const SWITCHES = /^(only|skip|skipIf|runIf|todo|fixme|fails|fail)$/;

/** A test that is left out proves nothing, and one that runs alone leaves out the rest. */
export function testsAllRun(source: Source): Finding[] {
  if (!source.path.startsWith("tests/")) return [];
  const members = nodesOf(source.program, "MemberExpression").filter(
    ({ object, property }) =>
      property.type === "Identifier" && SWITCHES.test(property.name) && RUNNERS.test(rootOf(object)),
  );
  const calls = nodesOf(source.program, "CallExpression").filter(
    ({ callee }) => callee.type === "Identifier" && /^(x|f)(it|test|describe)$/.test(callee.name),
  );
  return [...members, ...calls].map((node) =>
    finding(source, node, "leaves tests out: make it pass, or take it away and say why in the change"),
  );
}

function rootOf(node: Node): string {
  if (node.type === "MemberExpression") return rootOf(node.object);
  if (node.type === "CallExpression") return rootOf(node.callee);
  return node.type === "Identifier" ? node.name : "";
}
