import { authRouteCoverage, fileRouteCoverage, type RouteCoverage } from "@/server/cli/audit/routes";
import { type Coverage, coverageOf, type Procedures } from "@/server/guard/coverage";
import { roleTables } from "@/server/guard/permissions";
import { OPERATIONS } from "@/server/http/rest";
import { faultsOfRest, type Operation, REST_BASE } from "@/server/http/rest-operations";
import { appRouter } from "@/server/router";

/** A procedure with its ways in by REST. */
interface ProcedureCoverage extends Coverage {
  rest: string[];
}

export interface AuditReport {
  procedures: ProcedureCoverage[];
  routes: RouteCoverage[];
  /** One line each: the place, what is wrong and how to mend it. */
  faults: string[];
}

/**
 * Walks every way in and says what guards it.
 * @param operations What REST serves; all of it, unless something is to be found missing.
 */
export function auditReport(
  root: string,
  authPaths: readonly string[],
  operations: readonly Operation[] = OPERATIONS,
): AuditReport {
  const declared = appRouter._def.procedures as unknown as Procedures;
  const procedures = coverageOf(declared).map((one) => ({ ...one, rest: restOf(one.name, operations) }));
  const routes = [...fileRouteCoverage(root), ...authRouteCoverage(authPaths)];
  const faults = [...procedures, ...routes].flatMap(({ name, faults: each }) =>
    each.map((fault) => `${name} ${fault}`),
  );
  return { procedures, routes, faults: [...faults, ...faultsOfRest(declared, operations)] };
}

const restOf = (name: string, operations: readonly Operation[]) =>
  operations
    .filter(({ procedure }) => procedure === name)
    .map(({ method, path }) => `${method} ${REST_BASE}${path}`);

const HEAD = ["procedure", "type", "who", "permission", "callers", "workspace", "limit", "audit", "REST"];
const cells = (one: ProcedureCoverage) => [
  ...[one.name, one.kind, one.who, one.permission, one.callers, one.workspace, one.limit, one.audit],
  one.rest.join(", ") || "-",
];

/** The table as text, in columns. */
export function asText({ procedures, routes }: Omit<AuditReport, "faults">): string {
  const lines = [HEAD, ...procedures.map(cells)];
  const others = routes.map(({ name, reason }) => [name, reason]);
  return [...columns(lines), "", ...columns([["route", "guarded by"], ...others])].join("\n");
}

function columns(lines: string[][]): string[] {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** `docs/permissions.md`, whole. */
export function asMarkdown({ procedures, routes }: Omit<AuditReport, "faults">): string {
  const { workspace, platform } = roleTables();
  return [
    "# Permissions",
    "",
    "Every way in, and what guards it. Written by `npm run holdfast -- audit --write`; a stale copy fails the checks.",
    "",
    ...section("Workspace roles", rolesTable(workspace)),
    ...section("Platform roles", rolesTable(platform)),
    ...section("Procedures", [HEAD, ...procedures.map(cells)]),
    ...section("Routes", [["route", "guarded by"], ...routes.map(({ name, reason }) => [name, reason])]),
  ].join("\n");
}

function rolesTable({ roles, permissions }: ReturnType<typeof roleTables>["workspace" | "platform"]) {
  const lines = Object.entries(permissions).map(([name, reach]) => [
    name,
    ...reach.map((cell) => cell ?? "-"),
  ]);
  return [["permission", ...roles], ...lines];
}

/** A heading and its table; what the first column names is code. */
function section(title: string, [head = [], ...lines]: string[][]): string[] {
  const row = (line: string[]) => `| ${line.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const named = lines.map(([name, ...rest]) => [`\`${name}\``, ...rest]);
  return [`## ${title}`, "", ...[head, head.map(() => "---"), ...named].map(row), ""];
}
