import { legible, make } from "@/server/cli/attack/page/browser/element";
import type { Probe } from "@/server/cli/attack/report";

/** One request and its answer; what lies inside is drawn when it is opened. */
export function drawProbe(probe: Probe): HTMLElement {
  const mark = make("span", { class: `mark ${probe.held ? "held" : "fallen"}` }, probe.held ? "✓" : "✕");
  mark.setAttribute("aria-label", probe.held ? "held" : "broken");
  mark.setAttribute("role", "img");
  const details = make(
    "details",
    { class: "probe" },
    make(
      "summary",
      {},
      mark,
      make("span", { class: "about" }, legible(probe.about)),
      make("span", { class: "status" }, String(probe.answer.status)),
    ),
  );
  details.addEventListener("toggle", () => details.open && draw(details, probe));
  if (!probe.held) {
    draw(details, probe);
    details.open = true;
  }
  return details;
}

function draw(details: HTMLDetailsElement, { request, answer, expected }: Probe): void {
  if (details.childElementCount > 1) return;
  details.append(
    make("p", { class: "expected" }, make("b", {}, "Expected "), legible(expected)),
    ...message("Request", `${request.method} ${request.path}`, request.headers, request.body),
    ...message("Answer", `${answer.status} in ${Math.round(answer.ms)} ms`, answer.headers, answer.body),
  );
}

function message(title: string, first: string, headers: Record<string, string>, body: string): HTMLElement[] {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const text = [first, ...lines, ...(body === "" ? [] : ["", body])].join("\n");
  return [make("h4", {}, title), make("pre", {}, legible(text))];
}
