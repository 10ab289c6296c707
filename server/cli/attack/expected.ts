/**
 * What must come of a call, from the written matrix alone. The guard's own code is not asked: a guard that errs would
 * agree with itself. `holdfast audit` fails while docs/permissions.md and the code differ.
 */

export interface Rule {
  kind: string;
  /** `signed in`, `auditor`, `admin`, or `anybody: …`. */
  who: string;
  permission: string;
  /** Kinds of credential that may call: `session`, `token`, `key`. */
  callers: string[];
  /** Whose rows its statements reach: `tenant` those of one workspace, `identity` a person's, `security` the house's. */
  area: string;
  /** The field of the input that names the workspace; null where the header does. */
  workspaceField: string | null;
  limit: string;
  audit: string;
}

export type Reach = "own" | "any" | "-";

export interface Matrix {
  rules: ReadonlyMap<string, Rule>;
  /** Permission, then role, to reach. */
  workspace: ReadonlyMap<string, Readonly<Record<string, Reach>>>;
  platform: ReadonlyMap<string, Readonly<Record<string, Reach>>>;
}

interface Caller {
  userId: string;
  platform: string;
  roleIn(workspace: string): string | undefined;
  /** By which kind of credential; a session unless it says so. */
  kind?: "session" | "token" | "key" | "service";
  /** What a key or a service was given, at most. */
  scopes?: readonly string[];
}

/** What nobody does for another person, however far their grant reaches: see docs/api-keys.md. */
const PERSONAL = ["apiKey.rotate"];

/** Who asks, where, and for whose row. */
export interface Situation {
  /** Null: nobody, or a credential that is none. */
  caller: Caller | null;
  /** The workspace that the call names. */
  workspace: string;
  /** The row that the input names; null when it names none. */
  row: { workspace: string; ownerId: string } | null;
}

/** 409 is told only to whoever may know the state of the row. */
export type Verdict = "unauthenticated" | "forbidden" | "allowed";

/** @throws when the document has no such tables. */
export function readMatrix(document: string): Matrix {
  const matrix = {
    rules: new Map(tableOf(document, "Procedures").map((row) => [row.procedure ?? "", ruleOf(row)])),
    workspace: reachesOf(tableOf(document, "Workspace roles")),
    platform: reachesOf(tableOf(document, "Platform roles")),
  };
  for (const [name, { size }] of Object.entries(matrix))
    if (size === 0)
      throw new Error(`docs/permissions.md has no table for ${name}; run holdfast audit --write`);
  return matrix;
}

/** The verdict on a call, by the document. */
export function verdictOn(matrix: Matrix, procedure: string, situation: Situation): Verdict {
  const rule = matrix.rules.get(procedure);
  if (!rule) return "forbidden";
  if (rule.who.startsWith("anybody")) return "allowed";
  const { caller, workspace, row } = situation;
  if (!caller) return "unauthenticated";
  const role = caller.roleIn(workspace);
  const { kind = "session", scopes } = caller;
  if (role === undefined || !rule.callers.includes(kind)) return "forbidden";
  if (kind !== "session" && kind !== "token" && !scopes?.includes(rule.permission)) return "forbidden";
  if (kind === "service") return "allowed";
  if (rule.who === "auditor" && !["auditor", "admin"].includes(caller.platform)) return "forbidden";
  if (rule.who === "admin" && caller.platform !== "admin") return "forbidden";
  const reach =
    matrix.workspace.get(rule.permission)?.[role] ?? matrix.platform.get(rule.permission)?.[caller.platform];
  if (reach === undefined || reach === "-") return "forbidden";
  if (row && row.workspace !== workspace) return "forbidden";
  const isOwn = reach === "own" || PERSONAL.includes(procedure);
  return row && isOwn && row.ownerId !== caller.userId ? "forbidden" : "allowed";
}

/**
 * Whose rows a procedure is about: those of a workspace, the caller's own wherever they stand, or those of the house,
 * which are in no workspace and nobody's own.
 */
export function rowsOfRule(matrix: Matrix, rule: Rule | undefined): "workspace" | "person" | "house" {
  if (!rule || rule.workspaceField !== null) return "workspace";
  if (rule.area === "security") return "house";
  if (rule.area !== "identity" || !matrix.platform.has(rule.permission)) return "workspace";
  return rule.who === "signed in" ? "person" : "house";
}

type Row = Record<string, string>;

/** The first table below a heading, one record a line. */
function tableOf(document: string, heading: string): Row[] {
  const [, section = ""] = document.split(new RegExp(`^#+ ${heading}$`, "m"));
  const lines = section.split("\n");
  const begin = lines.findIndex((line) => line.startsWith("|"));
  if (begin < 0) return [];
  const rest = lines.slice(begin);
  const end = rest.findIndex((line) => !line.startsWith("|"));
  const [head = [], , ...body] = rest.slice(0, end < 0 ? undefined : end).map(cellsOf);
  return body.map((cells) => Object.fromEntries(head.map((name, index) => [name, cells[index] ?? ""])));
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, line.lastIndexOf("|"))
    .split(/(?<!\\)\|/)
    .map((cell) =>
      cell
        .trim()
        .replace(/^`(.*)`$/, "$1")
        .replaceAll("\\|", "|"),
    );
}

function ruleOf(row: Row): Rule {
  const {
    type = "",
    who = "",
    permission = "",
    authentication = "",
    scope = "",
    limit = "",
    audit = "",
  } = row;
  const [area = "", by = ""] = scope.split(", ");
  // `by header`, `by input`, which is its id, or `by input.workspaceId`.
  const named = /^by input(?:\.(\w+))?$/.exec(by);
  const workspaceField = named ? (named[1] ?? "id") : null;
  const callers = authentication.split(", ");
  return { kind: type, who, permission, callers, area, workspaceField, limit, audit };
}

function reachesOf(rows: Row[]): Matrix["workspace"] {
  return new Map(
    rows.map(({ permission = "", ...roles }) => [permission, roles as Record<string, Reach>] as const),
  );
}
