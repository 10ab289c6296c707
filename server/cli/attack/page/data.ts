import type { AttackReport } from "@/server/cli/attack/report";

const CODE_POINTS: Record<string, string> = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026" };

/**
 * The report as JSON that may stand inside a `<script type="application/json">`. What attackers wrote is in it, so
 * nothing in it can end the element or begin a comment: in JSON these three characters occur in strings only.
 */
export function embeddedData(report: AttackReport): string {
  return JSON.stringify(report).replace(/[<>&]/g, (character) => CODE_POINTS[character] ?? "");
}
