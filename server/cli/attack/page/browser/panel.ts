import { count, legible, make } from "@/server/cli/attack/page/browser/element";
import { type Model, verdictOf } from "@/server/cli/attack/page/browser/model";
import { drawProbe } from "@/server/cli/attack/page/browser/probe";
import type { Cell, Probe } from "@/server/cli/attack/report";

/** Drawn at once; the rest on demand. */
const FIRST = 40;

interface Subject {
  procedure: string;
  /** The principal or the attack that the reader chose. */
  title: string;
  about: string;
  cells: Cell[];
}

/** The evidence of a cell beside the matrices: a dialog, so Escape closes it and the focus goes back by itself. */
export function createPanel(model: Model) {
  const close = make("button", { type: "button", class: "close", "aria-label": "Close" }, "×");
  const content = make("div", { class: "content" });
  const element = make("dialog", { class: "panel", "aria-labelledby": "panel-title" }, close, content);
  let opener: HTMLElement | null = null;
  close.addEventListener("click", () => element.close());
  // The dialog itself is under the pointer only where its backdrop is.
  element.addEventListener("click", ({ target }) => target === element && element.close());
  element.addEventListener("close", () => {
    content.replaceChildren();
    opener?.focus();
  });
  const show = (subject: Subject, from: HTMLElement) => {
    opener = from;
    content.replaceChildren(...drawSubject(model, subject));
    element.showModal();
    element.scrollTop = 0;
  };
  return { element, show };
}

function drawSubject(model: Model, { procedure, title, about, cells }: Subject): Node[] {
  const verdict = verdictOf(cells);
  const words = { held: "held", broken: "broken", "n/a": "does not apply", untried: "not tried" };
  const declared = model.procedures.get(procedure);
  const facts = [
    ["kind", declared?.kind],
    ["permission", declared?.permission],
    ["limit", declared?.limit],
  ].flatMap(([name = "", value]) =>
    value === undefined ? [] : [make("div", {}, make("dt", {}, name), make("dd", {}, legible(value)))],
  );
  return [
    make(
      "header",
      {},
      make("p", { class: `verdict ${verdict === "n/a" ? "none" : verdict}` }, words[verdict]),
      make("h2", { id: "panel-title" }, make("code", {}, legible(procedure)), make("span", {}, title)),
      make("p", {}, about),
      make("dl", { class: "facts" }, ...facts),
    ),
    ...cells.map((cell) => drawCell(model, cell)),
    ...(cells.length === 0 ? [make("p", { class: "empty" }, "The battery sent nothing here.")] : []),
  ];
}

function drawCell(model: Model, cell: Cell): HTMLElement {
  const principal = model.principals.get(cell.principal);
  const attack = model.attacks.get(cell.attack);
  const section = make(
    "section",
    {},
    make(
      "h3",
      {},
      make("span", {}, `${attack?.title ?? cell.attack}, as ${principal?.title ?? cell.principal}`),
      make("span", { class: "owasp" }, attack?.owasp ?? ""),
    ),
    make("p", {}, `${attack?.about ?? ""} ${principal?.about ?? ""}`.trim()),
  );
  if (cell.why) section.append(make("p", { class: "why" }, legible(cell.why)));
  // What did not hold is what the reader came for.
  const probes = [...cell.probes].sort((one, other) => Number(one.held) - Number(other.held));
  section.append(...probes.slice(0, FIRST).map(drawProbe));
  const rest = probes.slice(FIRST);
  if (rest.length > 0) section.append(moreOf(rest, section));
  return section;
}

function moreOf(probes: Probe[], section: HTMLElement): HTMLElement {
  const more = make(
    "button",
    { type: "button", class: "plain" },
    `Show ${count(probes.length, "more request")}`,
  );
  more.addEventListener("click", () => {
    const drawn = probes.map(drawProbe);
    section.append(...drawn);
    more.remove();
    drawn[0]?.querySelector("summary")?.focus();
  });
  return more;
}
