import { authRouteCoverage, fileRouteCoverage, type RouteCoverage } from "@/server/cli/audit/routes";
import { type Coverage, coverageOf, type Procedures } from "@/server/guard/coverage";
import { roleTables } from "@/server/guard/permissions";
import { appRouter } from "@/server/router";

export interface AuditReport {
  procedures: Coverage[];
  routes: RouteCoverage[];
  /** One line each: the place, what is wrong and how to mend it. */
  faults: string[];
}

/** Walks every way in and says what guards it. */
export function auditReport(root: string, authPaths: readonly string[]): AuditReport {
  const procedures = coverageOf(appRouter._def.procedures as unknown as Procedures);
  const routes = [...fileRouteCoverage(root), ...authRouteCoverage(authPaths)];
  const faults = [...procedures, ...routes].flatMap(({ name, faults: each }) =>
    each.map((fault) => `${name} ${fault}`),
  );
  return { procedures, routes, faults };
}

const HEAD = ["procedure", "type", "who", "permission", "callers", "workspace", "limit", "audit"];
const cells = ({ name, kind, who, permission, callers, workspace, limit, audit }: Coverage) => [
  name,
  kind,
  who,
  permission,
  callers,
  workspace,
  limit,
  audit,
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
  const row = (line: string[]) => `| ${line.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const table = (head: string[], lines: string[][]) => [
    row(head),
    row(head.map(() => "---")),
    ...lines.map(row),
  ];
  return [
    "# Permissions",
    "",
    "Every way in, and what guards it. Written by `npm run holdfast -- audit --write`; a stale copy fails the checks.",
    "",
    ...table(
      HEAD,
      procedures.map((one) => cells(one).map((cell, column) => (column === 0 ? `\`${cell}\`` : cell))),
    ),
    "",
    ...table(
      ["route", "guarded by"],
      routes.map(({ name, reason }) => [`\`${name}\``, reason]),
    ),
    "",
    ...Object.entries(roleTables()).flatMap(([title, { roles, rows }]) => [
      `## ${title}`,
      "",
      ...table(
        ["permission", ...roles],
        rows.map(([permission, ...cells]) => [`\`${permission}\``, ...cells.map((cell) => cell ?? "-")]),
      ),
      "",
    ]),
  ].join("\n");
}
