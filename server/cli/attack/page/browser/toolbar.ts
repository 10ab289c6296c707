import { count, make } from "@/server/cli/attack/page/browser/element";
import { type Model, owaspId } from "@/server/cli/attack/page/browser/model";
import { RISKS_OF_OWASP } from "@/server/cli/attack/page/browser/owasp";
import type { Filter } from "@/server/cli/attack/page/browser/view";

/**
 * What narrows the matrices. `draw` answers how many procedures are left.
 * @returns The bar; drawing once is the caller's.
 */
export function toolbarOf(model: Model, draw: (filter: Filter) => number): HTMLElement {
  const owasp = new Set<string>();
  const search = make("input", {
    type: "search",
    id: "filter",
    placeholder: "task.update",
    autocomplete: "off",
  });
  const status = make("p", { class: "shown", role: "status" });
  const broken = toggle("Only broken");
  const apply = () => {
    const onlyBroken = broken.getAttribute("aria-pressed") === "true";
    const left = draw({ text: search.value, onlyBroken, owasp });
    const all = model.report.procedures.length;
    status.textContent =
      left === all ? count(all, "way in", "ways in") : `${left} of ${count(all, "way in", "ways in")}`;
  };
  const present = new Set(model.report.attacks.map((attack) => owaspId(attack.owasp)));
  const chips = RISKS_OF_OWASP.filter(({ id }) => present.has(id)).map(({ id, title }) => {
    const chip = toggle(id, title);
    chip.addEventListener("click", () => {
      if (press(chip)) owasp.add(id);
      else owasp.delete(id);
      apply();
    });
    return chip;
  });
  broken.addEventListener("click", () => {
    press(broken);
    apply();
  });
  search.addEventListener("input", apply);
  apply();
  const label = make("label", {}, "Procedure", search);
  const group = make("div", { class: "chips", role: "group", "aria-label": "OWASP API Top 10" }, ...chips);
  return make("div", { class: "toolbar", role: "search" }, label, broken, group, status);
}

function toggle(text: string, title = ""): HTMLButtonElement {
  const button = make("button", { type: "button", class: "chip", "aria-pressed": "false" }, text);
  if (title !== "") button.title = title;
  return button;
}

/** Turns a toggle over and says whether it is pressed now. */
function press(button: HTMLButtonElement): boolean {
  const pressed = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(pressed));
  return pressed;
}
