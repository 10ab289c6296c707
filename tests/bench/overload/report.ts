import { mkdirSync, writeFileSync } from "node:fs";
import type { Part } from "@/tests/bench/overload/house";
import type { LoadFigures } from "@/tests/bench/overload/twofold";
import { plot } from "@/tests/bench/plot";
import type { Conditions } from "@/tests/bench/report";
import { writeSection } from "@/tests/bench/section";
import { stackPlot } from "@/tests/bench/stack-plot";

type RunConditions = Omit<Conditions, "idleDatabase">;

const FIGURES = "docs/figures";
const CORES_FIGURE = "overload-core";
const CORES_TEXT =
  "As the scheduler of Linux counts it, in shares of the counted seconds. *Ready, and waited*: the thread that answers had something to do, and something else ran, of the server or of the machine.";

/** All of a run, for a terminal. */
export function asText(conditions: RunConditions, parts: readonly Part[]): string {
  const blocks = parts.map(({ title, how, head, rows }) =>
    [title, how, ...aligned([head, ...rows])].join("\n"),
  );
  const cores = ["Who had the server's core", ...aligned(coreRows(coresOf(parts)))].join("\n");
  return [
    conditionsText(conditions),
    ...blocks,
    cores,
    ["The budget", ...aligned(budgetOf(parts))].join("\n"),
  ].join("\n\n");
}

/** Writes the section of docs/performance.md, and its plots. Returns what it wrote. */
export function writeOverload(
  conditions: RunConditions,
  parts: readonly Part[],
  loads: readonly LoadFigures[],
): string[] {
  const plots = plotsOf(loads);
  const blocks = parts.map(
    ({ title, how, head, rows }) => `### ${title}\n\n${how}\n\n${markdown([head, ...rows])}`,
  );
  const cores = coresOf(parts);
  const images = plots.map(({ file, title }) => `![${title}](figures/${file}.svg)`);
  const inner = [
    "## Under overload",
    conditionsText(conditions),
    ...blocks,
    ...images,
    `### Who had the server's core\n\n${CORES_TEXT}\n\n${markdown(coreRows(cores))}\n\n![Who had the server's core](figures/${CORES_FIGURE}.svg)`,
    `### The budget of this section\n\n${markdown([["", "must be", "is", ""], ...budgetOf(parts)])}`,
  ];
  mkdirSync(FIGURES, { recursive: true });
  for (const { file, svg } of plots) writeFileSync(`${FIGURES}/${file}.svg`, svg);
  writeFileSync(`${FIGURES}/${CORES_FIGURE}.svg`, drawnCores(cores));
  const files = [...plots.map(({ file }) => file), CORES_FIGURE];
  return [writeSection("overload", inner.join("\n\n")), ...files.map((file) => `${FIGURES}/${file}.svg`)];
}

const coresOf = (parts: readonly Part[]) => parts.flatMap(({ cores }) => cores);

function coreRows(cores: Part["cores"]): string[][] {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    ["", "answered", "ready, and waited", "V8 and libuv beside it", "hashed passwords", "taken by the host"],
    ...cores.map(({ when, core }) => [
      when,
      ...[core.answering, core.waiting, core.helping, core.hashing, core.stolen].map(percent),
    ]),
  ];
}

const drawnCores = (cores: Part["cores"]) =>
  stackPlot({
    title: "Who had the server's core",
    names: ["answers", "V8 and libuv beside it", "hashes of passwords", "taken by the host"],
    bars: cores.map(({ when, core }) => ({
      label: when,
      shares: [core.answering, core.helping, core.hashing, core.stolen],
    })),
  });

function plotsOf(loads: readonly LoadFigures[]) {
  if (loads.length === 0) return [];
  const bars = (value: (one: LoadFigures) => number) =>
    loads.map((one) => ({
      label: `at ${Math.round(100 * one.load)} % of capacity`,
      value: value(one),
      marked: true,
    }));
  const drawn = (file: string, title: string, unit: string, value: (one: LoadFigures) => number) => ({
    ...{ file, title, svg: plot(title, unit, 1, bars(value)) },
  });
  return [
    drawn("overload-goodput", "Answered, of the capacity", "%", ({ share }) => 100 * share),
    drawn("overload-p99", "99th percentile of accepted answers", "ms, less is better", ({ p99 }) => p99),
  ];
}

const conditionsText = (c: RunConditions) =>
  `Measured on ${c.date} at commit ${c.commit}: ${c.processor}, ${c.cores} cores, Node ${c.node}. Medians of ${c.rounds} rounds of ${c.seconds} s, by turns, each after ${c.warmUp} s of warm-up; ${c.pinned ? "the server has core 0, PostgreSQL and the generator share core 1" : "NOT PINNED: all share all cores"}. Load average ${c.loadBefore.toFixed(2)} before and ${c.loadAfter.toFixed(2)} after.`;

const budgetOf = (parts: readonly Part[]) =>
  parts
    .flatMap(({ verdicts }) => verdicts)
    .map(({ what, must, is, met }) => [what, must, is, met ? "met" : "NOT MET"]);

function aligned(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart((widths[column] ?? 0) + 2),
      )
      .join("")
      .trimEnd(),
  );
}

function markdown([head = [], ...rows]: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? "---" : "---:"))), ...rows.map(line)].join(
    "\n",
  );
}
