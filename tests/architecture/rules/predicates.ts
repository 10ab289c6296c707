import { nodesOf, type Source, textOf } from "./source";

/**
 * The predicates of `db/scope.ts` that alone keep a statement inside its scope. `ownOrAny` is not one: for a grant
 * of `any` it says nothing. A new predicate is a new way through the wall, so it is named here too.
 */
export const KNOWN_PREDICATES = [
  "inWorkspace",
  "mine",
  "ofWorkspace",
  "isWorkspace",
  "isMe",
  "inMyWorkspaces",
];

/** What `db/scope.ts` exports as `(table, scope: Scope) => SQL`. One that may answer `undefined` is no wall. */
export function predicatesOf(scope: Source): string[] {
  return nodesOf(scope.program, "FunctionDeclaration").flatMap((node) => {
    const [, second] = node.params;
    const takesScope = second !== undefined && /:\s*Scope\b/.test(textOf(scope, second));
    const answers = node.returnType ? textOf(scope, node.returnType.typeAnnotation) : "";
    const isExported = node.parent?.type === "ExportNamedDeclaration";
    return isExported && takesScope && answers === "SQL" && node.id ? [node.id.name] : [];
  });
}
