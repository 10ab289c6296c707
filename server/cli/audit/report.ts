import { authRouteCoverage } from "@/server/cli/audit/auth-routes";
import { fileRouteCoverage } from "@/server/cli/audit/file-routes";
import { placeOf } from "@/server/cli/audit/place";
import type { RouteCoverage } from "@/server/cli/audit/route";
import { tokenRouteCoverage } from "@/server/cli/audit/token-routes";
import { type Coverage, coverageOf, type Procedures } from "@/server/guard/coverage";
import type { Fault } from "@/server/guard/fault";
import { roleTables } from "@/server/guard/permissions";
import { OPERATIONS } from "@/server/http/rest";
import { faultsOfRest, type Operation, REST_BASE } from "@/server/http/rest-operations";
import { appRouter } from "@/server/router";

/** A procedure with its ways in by REST. */
interface ProcedureCoverage extends Coverage {
  rest: string[];
}

/** A fault, and where to find what has it. */
export interface PlacedFault extends Fault {
  name: string;
  /** File and, where it is known, line. */
  place: string;
}

export interface AuditReport {
  procedures: ProcedureCoverage[];
  routes: RouteCoverage[];
  faults: PlacedFault[];
}

type Tables = Omit<AuditReport, "faults">;

/**
 * Walks every way in and says what guards it.
 * @param root The repository: routes are read from its sources, not from a build.
 * @param operations What REST serves; all of it, unless something is to be found missing.
 */
export function auditReport(
  root: string,
  authPaths: readonly string[],
  operations: readonly Operation[] = OPERATIONS,
): AuditReport {
  const declared = appRouter._def.procedures as unknown as Procedures;
  const procedures = coverageOf(declared).map((one) => ({ ...one, rest: restOf(one.name, operations) }));
  const routes = [...fileRouteCoverage(root), ...authRouteCoverage(authPaths), ...tokenRouteCoverage()];
  const ofProcedures = [...procedures.flatMap(named), ...faultsOfRest(declared, operations)];
  const faults = [
    ...ofProcedures.map((one) => ({ ...one, place: placeOf(root, one.name) })),
    ...routes.flatMap((route) => named(route).map((one) => ({ ...one, place: route.place }))),
  ];
  return { procedures, routes, faults };
}

const named = ({ name, faults }: { name: string; faults: Fault[] }) =>
  faults.map((each) => ({ name, ...each }));

const restOf = (name: string, operations: readonly Operation[]) =>
  operations
    .filter(({ procedure }) => procedure === name)
    .map(({ method, path }) => `${method} ${REST_BASE}${path}`);

const HEAD = [
  ...["procedure", "type", "who", "authentication", "permission", "scope", "limit", "audit", "REST"],
];
const cells = (one: ProcedureCoverage) => [
  ...[one.name, one.kind, one.who, one.authentication, one.permission, one.scope, one.limit, one.audit],
  one.rest.join(", ") || "-",
];

const ROUTE_HEAD = ["route", "guarded by", "authentication", "limit", "audit", "body"];
const routeCells = ({ name, guard, authentication, limit, audit, body }: RouteCoverage) => [
  name,
  guard,
  authentication,
  limit,
  audit,
  body,
];

/** The tables as text, in columns. */
export function asText({ procedures, routes }: Tables): string {
  const ways = columns([HEAD, ...procedures.map(cells)]);
  return [...ways, "", ...columns([ROUTE_HEAD, ...routes.map(routeCells)])].join("\n");
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

/** One fault for whoever mends it. */
export function faultAsText({ name, place, what, risk, owasp, mending }: PlacedFault): string {
  return [
    `FAULT ${name} ${what}`,
    `  place    ${place}`,
    `  risk     ${risk}, OWASP ${owasp}`,
    `  mending  ${mending}`,
  ].join("\n");
}

/** `docs/permissions.md`, whole. */
export function asMarkdown({ procedures, routes }: Tables): string {
  const { workspace, platform } = roleTables();
  return [
    "# Permissions",
    "",
    "Every way in, and what guards it. Written by `npm run holdfast -- audit --write`; a stale copy fails the checks.",
    "",
    ...section("Workspace roles", rolesTable(workspace)),
    ...section("Platform roles", rolesTable(platform)),
    ...section("Procedures", [HEAD, ...procedures.map(cells)]),
    ...section("Routes", [ROUTE_HEAD, ...routes.map(routeCells)]),
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
