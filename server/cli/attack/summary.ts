import type { AttackReport, Finding } from "@/server/cli/attack/report";

/** Findings as blocks to read: what several ways in have alike is told once. */
export function blocksOf(findings: readonly Finding[]): string[] {
  const alike = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = [finding.attack, finding.principal, finding.seen].join("\n");
    alike.set(key, [...(alike.get(key) ?? []), finding]);
  }
  return [...alike.values()].map(blockOf);
}

function blockOf(findings: Finding[]): string {
  const [{ principal, attack, seen, risk, owasp, mending } = NONE] = findings;
  return [
    `FINDING  ${attack}, as ${principal}: ${risk}, OWASP ${owasp}`,
    ...findings.map(({ procedure, place }) => `  where  ${procedure}  ${place}`),
    `  seen   ${seen}`,
    `  mend   ${mending}`,
  ].join("\n");
}

const NONE = { principal: "", attack: "", seen: "", risk: "", owasp: "", mending: "" };

/** The last lines: how much was tried, and what came of it, by group of attacks. */
export function summaryOf(report: AttackReport): string {
  const { attacks, cells, findings, procedures, principals } = report;
  const groups = [...new Set(attacks.map(({ group }) => group))].map((group) => {
    const ids = new Set(attacks.filter((attack) => attack.group === group).map(({ id }) => id));
    const own = cells.filter(({ attack }) => ids.has(attack));
    const count = (verdict: string) => own.filter((cell) => cell.verdict === verdict).length;
    const counts = `${count("held")} held, ${count("broken")} broken, ${count("n/a")} not applicable`;
    return `  ${group.padEnd(12)} ${String(ids.size).padStart(3)} attacks  ${counts}`;
  });
  const tried = `${procedures.length} ways in, ${principals.length} principals, ${attacks.length} attacks`;
  return [
    `${tried}: ${cells.length} cells, ${report.requests} requests in ${report.seconds} s`,
    ...groups,
    findings.length === 0 ? "no finding" : `${findings.length} findings`,
  ].join("\n");
}
