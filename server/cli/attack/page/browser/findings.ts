import { count, legible, make } from "@/server/cli/attack/page/browser/element";
import type { Model } from "@/server/cli/attack/page/browser/model";
import type { Finding } from "@/server/cli/attack/report";

const RISKS: Finding["risk"][] = ["critical", "high", "medium", "low"];
/** Shown at once: one broken check may be found in a thousand places. */
const FIRST = 6;

/** What must be mended, worst first; nothing when there is nothing. */
export function findingsOf(
  model: Model,
  open: (finding: Finding, from: HTMLElement) => void,
): HTMLElement | null {
  const findings = [...model.report.findings].sort(
    (one, other) => RISKS.indexOf(one.risk) - RISKS.indexOf(other.risk),
  );
  if (findings.length === 0) return null;
  const list = make("ol", {}, ...findings.slice(0, FIRST).map((each) => card(model, each, open)));
  const section = make(
    "section",
    { class: "findings", "aria-labelledby": "findings" },
    make("h2", { id: "findings" }, "What must be mended"),
    list,
  );
  const rest = findings.slice(FIRST);
  if (rest.length > 0) {
    const words = `Show ${count(rest.length, "more", "more")}`;
    const more = make("button", { type: "button", class: "plain" }, words);
    const showAll = () => {
      const cards = rest.splice(0).map((each) => card(model, each, open));
      list.append(...cards);
      more.remove();
      return cards[0];
    };
    more.addEventListener("click", () => showAll()?.querySelector("button")?.focus());
    // On paper there is no button: what must be mended is all there.
    window.addEventListener("beforeprint", showAll);
    section.append(more);
  }
  return section;
}

function card(model: Model, finding: Finding, open: (finding: Finding, from: HTMLElement) => void) {
  const attack = model.attacks.get(finding.attack)?.title ?? finding.attack;
  const principal = model.principals.get(finding.principal)?.title ?? finding.principal;
  const button = make("button", { type: "button", class: "plain" }, "See the evidence");
  button.setAttribute("aria-label", `See the evidence: ${finding.procedure}, ${attack}, ${principal}`);
  button.addEventListener("click", () => open(finding, button));
  const facts: [string, Node][] = [
    ["Seen", make("span", {}, legible(finding.seen))],
    ["Place", make("code", {}, legible(finding.place))],
    ["Mending", make("span", {}, legible(finding.mending))],
  ];
  return make(
    "li",
    { class: `finding ${RISKS.includes(finding.risk) ? finding.risk : "low"}` },
    make(
      "h3",
      {},
      make("span", { class: "risk" }, finding.risk),
      make("code", {}, legible(finding.procedure)),
      make("span", { class: "what" }, `${attack}, as ${principal}`),
      make("span", { class: "owasp" }, finding.owasp),
    ),
    make(
      "dl",
      {},
      ...facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))),
    ),
    button,
  );
}
