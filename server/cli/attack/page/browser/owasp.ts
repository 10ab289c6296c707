import { count, make } from "@/server/cli/attack/page/browser/element";
import { type Model, owaspId } from "@/server/cli/attack/page/browser/model";

/** OWASP API Security Top 10, 2023. */
export const RISKS_OF_OWASP = [
  { id: "API1", title: "Broken object level authorization" },
  { id: "API2", title: "Broken authentication" },
  { id: "API3", title: "Broken object property level authorization" },
  { id: "API4", title: "Unrestricted resource consumption" },
  { id: "API5", title: "Broken function level authorization" },
  { id: "API6", title: "Unrestricted access to sensitive business flows" },
  { id: "API7", title: "Server side request forgery" },
  { id: "API8", title: "Security misconfiguration" },
  { id: "API9", title: "Improper inventory management" },
  { id: "API10", title: "Unsafe consumption of APIs" },
] as const;

/** How many cells speak about each risk, and how many of them held. What nobody tried says so. */
export function owaspFigure({ report, attacks }: Model): HTMLElement {
  const tried = report.cells.filter(({ verdict }) => verdict !== "n/a");
  const rows = RISKS_OF_OWASP.map(({ id, title }) => {
    const cells = tried.filter(({ attack }) => owaspId(attacks.get(attack)?.owasp ?? "") === id);
    const held = cells.filter(({ verdict }) => verdict === "held").length;
    const broken = cells.length - held;
    const words =
      cells.length === 0
        ? "not tried"
        : `${held.toLocaleString("en")} of ${count(cells.length, "cell")} held`;
    // A sliver of broken cells is still to be seen.
    const share = broken === 0 ? 0 : Math.max(broken / cells.length, 0.03);
    const bar = make("span", { class: `bar ${cells.length === 0 ? "untried" : ""}`, "aria-hidden": "true" });
    const fallen = make("span", { class: "fallen" });
    fallen.style.width = `${(share * 100).toFixed(2)}%`;
    bar.append(fallen);
    return make(
      "li",
      broken > 0 ? { class: "bad" } : {},
      make("span", { class: "id" }, id),
      make("span", { class: "title" }, title),
      make("span", { class: "words" }, words),
      bar,
    );
  });
  return make(
    "section",
    { class: "figure owasp-figure", "aria-labelledby": "owasp" },
    make(
      "header",
      {},
      make("h2", { id: "owasp" }, "By risk"),
      make("p", {}, "The cells above, by the OWASP API Security Top 10 of 2023."),
    ),
    make("ol", {}, ...rows),
  );
}
