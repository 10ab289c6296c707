import { matchesAny } from "./globs";
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

/** `everywhere(scope)` opens every workspace to security staff: in these features, and nowhere else. */
const STAFF = ["alert", "security-event", "user"].map((noun) => `server/features/${noun}/queries.ts`);

/** Tables without a tenant column: a row of theirs is reached by its id, from a row that is held. */
export const REACHED_BY_ID = ["user", "organization"];

/** Statements that no predicate can hold, and what holds them instead. */
const EXCEPTIONS = [
  {
    path: "server/features/user/queries.ts",
    statement: "update(firstAdminLink)",
    because: "the link is nobody's: its secret digest is the condition",
  },
  {
    path: "server/features/workspace/queries.ts",
    statement: "insert(organization)",
    because: "it is in no workspace yet: a trigger makes the caller its owner",
  },
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

export function mayLookEverywhere({ path }: Source): boolean {
  return matchesAny(STAFF, path);
}

export function isException({ path }: Source, statement: string): boolean {
  return EXCEPTIONS.some((one) => one.path === path && one.statement === statement);
}
