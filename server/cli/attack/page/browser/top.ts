import { count, make } from "@/server/cli/attack/page/browser/element";
import type { Model } from "@/server/cli/attack/page/browser/model";
import type { Cell } from "@/server/cli/attack/report";

interface Figure {
  value: string;
  name: string;
  isBad?: boolean;
}

/** The verdict in one sentence, and the figures of the run. */
export function headerOf(model: Model): HTMLElement {
  const { product, form, startedAt } = model.report;
  const { isGood, sentence } = verdictOn(model);
  const mark = make("span", { class: "mark", "aria-hidden": "true" }, isGood ? "✓" : "!");
  return make(
    "header",
    { class: `top ${isGood ? "good" : "bad"}` },
    make("p", { class: "kicker" }, `${product} · attack report`),
    make("h1", {}, mark, make("span", {}, sentence)),
    make("p", { class: "when" }, `The ${form} battery, ${timeOf(startedAt)}`),
    make("dl", { class: "numbers" }, ...figuresOf(model).map(drawFigure)),
  );
}

/** Only a run in which something was tried and all of it held is good. */
function verdictOn({ report }: Model): { isGood: boolean; sentence: string } {
  const [held, broken] = [numberOf(report.cells, "held"), numberOf(report.cells, "broken")];
  if (held + broken === 0) return { isGood: false, sentence: "Nothing was tried" };
  const sentence = `${count(report.requests, "request")}, ${count(report.findings.length, "finding")}`;
  if (report.findings.length > 0) return { isGood: false, sentence };
  if (broken > 0) return { isGood: false, sentence: `${sentence}, and ${count(broken, "broken cell")}` };
  return { isGood: true, sentence };
}

function figuresOf({ report, access, battery }: Model): Figure[] {
  const whole = (value: number, name: string) => ({ value: value.toLocaleString("en"), name });
  const broken = numberOf(report.cells, "broken");
  return [
    whole(report.procedures.length, "ways in"),
    whole(access.columns.length, "principals"),
    whole(battery.columns.length, "attacks"),
    whole(numberOf(report.cells, "held"), "cells held"),
    { ...whole(broken, "cells broken"), isBad: broken > 0 },
    whole(numberOf(report.cells, "n/a"), "do not apply"),
    { value: report.seconds.toLocaleString("en", { maximumFractionDigits: 1 }), name: "seconds" },
  ];
}

function drawFigure({ value, name, isBad }: Figure): HTMLElement {
  return make("div", isBad ? { class: "bad" } : {}, make("dt", {}, name), make("dd", {}, value));
}

const numberOf = (cells: Cell[], verdict: Cell["verdict"]) =>
  cells.filter((cell) => cell.verdict === verdict).length;

function timeOf(startedAt: string): string {
  const date = new Date(startedAt);
  if (Number.isNaN(date.getTime())) return startedAt;
  const text = date.toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  return `${text} UTC`;
}
