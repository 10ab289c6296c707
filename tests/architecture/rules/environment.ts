import type { Node } from "oxc-parser";
import { matchesAny } from "./globs";
import { type Finding, finding, nodesOf, type Source } from "./source";

/**
 * `server/env.ts` is the reader. The launchers come before it: they set NODE_ENV for what they start, and pass the
 * environment on to their tools. The tools' own configurations run without a server. Tests set what they try.
 */
const READERS = ["server/env.ts", "server/cli/*.mjs", "*.config.ts", "*.config.mjs", "tests/**"];

/** `next build` puts the value in its place: Next bundles this file apart from the server, which cannot hand it on. */
const INLINED = ["proxy.ts"];

export function environmentIsReadOnce(source: Source): Finding[] {
  if (matchesAny(READERS, source.path)) return [];
  const message =
    "reads the environment: server/env.ts parses it once, and server/runtime.ts hands values on";
  const reads: Node[] = [
    ...nodesOf(source.program, "MemberExpression").filter(
      ({ object, property, computed }) =>
        isProcess(object) &&
        (computed
          ? property.type === "Literal" && property.value === "env"
          : property.type === "Identifier" && property.name === "env"),
    ),
    ...nodesOf(source.program, "VariableDeclarator").filter(
      ({ id, init }) => id.type === "ObjectPattern" && init !== null && isProcess(init),
    ),
    ...nodesOf(source.program, "ImportDeclaration").filter(
      (node) =>
        /^(node:)?process$/.test(node.source.value) &&
        node.specifiers.some(
          (one) =>
            one.type === "ImportSpecifier" &&
            one.imported.type === "Identifier" &&
            one.imported.name === "env",
        ),
    ),
  ];
  return reads.filter((node) => !isInlined(source, node)).map((node) => finding(source, node, message));
}

function isInlined({ path }: Source, { parent }: Node): boolean {
  const name =
    parent?.type === "MemberExpression" && parent.property.type === "Identifier" && parent.property.name;
  return INLINED.includes(path) && name === "NODE_ENV";
}

function isProcess(node: Node): boolean {
  if (node.type === "Identifier") return node.name === "process";
  return (
    node.type === "MemberExpression" &&
    node.property.type === "Identifier" &&
    node.property.name === "process"
  );
}
