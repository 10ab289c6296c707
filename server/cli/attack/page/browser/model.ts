import type { Attack, AttackReport, Cell, Principal, Procedure } from "@/server/cli/attack/report";

export type Verdict = Cell["verdict"] | "untried";

/** A column of a matrix: a principal, or an attack. */
export interface Column {
  id: string;
  title: string;
  about: string;
  group: string;
}

/** Every cell of one figure: by procedure, then by column. */
export interface Matrix {
  columns: Column[];
  cells: Map<string, Map<string, Cell[]>>;
}

export interface Model {
  report: AttackReport;
  procedures: Map<string, Procedure>;
  principals: Map<string, Principal>;
  attacks: Map<string, Attack>;
  /** Who gets in, by principal. */
  access: Matrix;
  /** What was tried, by attack. */
  battery: Matrix;
}

const GROUPS: Attack["group"][] = ["credentials", "reach", "input", "abuse"];

/** The report with its names looked up, and its cells put where the figures want them. */
export function modelOf(report: AttackReport): Model {
  const attacks = new Map(report.attacks.map((attack) => [attack.id, attack]));
  const isAccess = ({ attack }: Cell) => attacks.get(attack)?.group === "access";
  const principalColumns = report.principals.map((principal) => ({ ...principal, group: "" }));
  const attackColumns = GROUPS.flatMap((group) => report.attacks.filter((attack) => attack.group === group));
  return {
    report,
    attacks,
    procedures: new Map(report.procedures.map((procedure) => [procedure.name, procedure])),
    principals: new Map(report.principals.map((principal) => [principal.id, principal])),
    access: matrixOf(principalColumns, report.cells.filter(isAccess), ({ principal }) => principal),
    battery: matrixOf(
      attackColumns,
      report.cells.filter((cell) => !isAccess(cell)),
      ({ attack }) => attack,
    ),
  };
}

function matrixOf(columns: Column[], cells: Cell[], columnOf: (cell: Cell) => string): Matrix {
  const byProcedure: Matrix["cells"] = new Map();
  for (const cell of cells) {
    const row = byProcedure.get(cell.procedure) ?? new Map<string, Cell[]>();
    byProcedure.set(cell.procedure, row.set(columnOf(cell), [...(row.get(columnOf(cell)) ?? []), cell]));
  }
  return { columns, cells: byProcedure };
}

/** The worst of what happened; a cell that nobody tried is not a cell that held. */
export function verdictOf(cells: readonly Cell[]): Verdict {
  const has = (verdict: Verdict) => cells.some((cell) => cell.verdict === verdict);
  if (has("broken")) return "broken";
  if (has("held")) return "held";
  return has("n/a") ? "n/a" : "untried";
}

/** `API1` of `API1:2023`. */
export function owaspId(owasp: string): string {
  return owasp.split(":")[0] ?? owasp;
}

/** Procedures and operations stand together by noun; what is neither stands by who serves it. */
export function nounOf({ kind, name }: Procedure): string {
  if (kind === "rest") return `REST, ${name.split("/")[3] ?? "other"}`;
  if (kind === "route") return name.includes("/api/auth/") ? "Better Auth" : "Routes";
  return name.split(".")[0] ?? name;
}
