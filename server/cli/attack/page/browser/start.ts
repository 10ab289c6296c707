import { make } from "@/server/cli/attack/page/browser/element";
import { matrixFigures } from "@/server/cli/attack/page/browser/figures";
import { findingsOf } from "@/server/cli/attack/page/browser/findings";
import type { Spot } from "@/server/cli/attack/page/browser/matrix";
import { modelOf } from "@/server/cli/attack/page/browser/model";
import { owaspFigure } from "@/server/cli/attack/page/browser/owasp";
import { createPanel } from "@/server/cli/attack/page/browser/panel";
import { toolbarOf } from "@/server/cli/attack/page/browser/toolbar";
import { headerOf } from "@/server/cli/attack/page/browser/top";
import type { AttackReport, Finding } from "@/server/cli/attack/report";

/** Draws the report that lies in the page. Runs in the browser; the page's script begins here. */
export function start(): void {
  const text = document.getElementById("report")?.textContent ?? "";
  const model = modelOf(JSON.parse(text) as AttackReport);
  const panel = createPanel(model);
  const openSpot = ({ procedure, column, cells }: Spot, from: HTMLElement) =>
    panel.show({ procedure: procedure.name, title: column.title, about: column.about, cells }, from);
  const openFinding = (finding: Finding, from: HTMLElement) => {
    const { procedure, principal, attack } = finding;
    const cells = model.report.cells.filter(
      (cell) => cell.procedure === procedure && cell.principal === principal && cell.attack === attack,
    );
    panel.show({ procedure, title: "The evidence of a finding", about: finding.mending, cells }, from);
  };
  const matrices = matrixFigures(model, openSpot);
  const findings = findingsOf(model, openFinding);
  document.title = `${model.report.product}: attack report`;
  document
    .getElementById("page")
    ?.append(
      headerOf(model),
      ...(findings ? [findings] : []),
      toolbarOf(model, matrices.draw),
      make("div", { class: "pair" }, matrices.access, owaspFigure(model)),
      matrices.battery,
      panel.element,
    );
}
