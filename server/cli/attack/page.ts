import type { AttackReport } from "@/server/cli/attack/report";

/** The report as one page of HTML. */
export function attackPage(report: AttackReport): string {
  const text = JSON.stringify(report, null, 2).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${report.product}</title><pre>${text}</pre></html>`;
}
