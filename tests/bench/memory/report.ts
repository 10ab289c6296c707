import { mkdirSync, writeFileSync } from "node:fs";
import { linePlot } from "@/tests/bench/line-plot";
import type { Counts } from "@/tests/bench/memory/load";
import { writeSection } from "@/tests/bench/section";

/** The state of the server at the end of a minute. */
export interface Sample {
  minute: number;
  /** MiB that the system has given it. */
  rss: number;
  /** MiB of JavaScript objects after a collection of everything. */
  live: number;
  /** Answers so far, and those that were not what they should be. */
  answers: number;
  wrong: number;
}

export interface MemoryReport extends Counts {
  samples: Sample[];
  /** Requests a second. */
  rate: number;
  loadAverage: number;
}

/** MiB an hour. Twenty bytes kept of each request would be 5.5 at the usual rate. */
const MOST_GROWTH = 4;

/** MiB an hour, and how sure that is: a least-squares line through the second half of the run. */
function slope(
  samples: readonly Sample[],
  of: (sample: Sample) => number,
): { perHour: number; error: number } {
  const half = samples.slice(Math.floor(samples.length / 2));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(half.map(({ minute }) => minute)), mean(half.map(of))];
  const spread = half.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0);
  const rise = half.reduce((sum, sample) => sum + (sample.minute - x) * (of(sample) - y), 0) / spread;
  const rest = half.reduce((sum, sample) => sum + (of(sample) - y - rise * (sample.minute - x)) ** 2, 0);
  const error = Math.sqrt(rest / Math.max(1, half.length - 2) / spread);
  return { perHour: 60 * rise, error: 60 * error };
}

/** Whether what the server keeps does not grow, and no answer was wrong. What V8 has not given back yet is no leak. */
export function isFlat({ samples, wrong }: MemoryReport): boolean {
  const { perHour, error } = slope(samples, ({ live }) => live);
  return perHour - 2 * error < MOST_GROWTH && Object.keys(wrong).length === 0;
}

export function asText(report: MemoryReport): string {
  const rows = report.samples.map(({ minute, rss, live, answers }) =>
    [minute, rss, live.toFixed(1), answers].map((cell) => String(cell).padStart(10)).join(""),
  );
  return [
    ["minute", "RSS MiB", "live MiB", "answers"].map((cell) => cell.padStart(10)).join(""),
    ...rows,
    "",
    ...findings(report),
    `answers: ${JSON.stringify(report.answers)}`,
    `wrong: ${JSON.stringify(report.wrong)}`,
    `left out: ${report.leftOut}, answered 503 or 408: ${report.busy}`,
  ].join("\n");
}

function findings(report: MemoryReport): string[] {
  const said = ({ perHour, error }: ReturnType<typeof slope>) =>
    `${perHour >= 0 ? "+" : ""}${perHour.toFixed(1)} ± ${(2 * error).toFixed(1)} MiB an hour`;
  const { samples } = report;
  return [
    `Live objects, second half: ${said(slope(samples, ({ live }) => live))}.`,
    `Resident memory, second half: ${said(slope(samples, ({ rss }) => rss))}.`,
    isFlat(report) ? "Verdict: memory does not grow." : "Verdict: NOT FLAT, or answers were wrong.",
  ];
}

export function asMarkdown(report: MemoryReport): string {
  const { samples, rate, answers, loadAverage } = report;
  const minutes = samples.at(-1)?.minute ?? 0;
  const every = Math.max(1, Math.floor(minutes / 12));
  const rows = samples
    .filter(({ minute }) => minute % every === 0)
    .map(({ minute, rss, live, answers: sum }) => `| ${minute} | ${rss} | ${live.toFixed(1)} | ${sum} |`);
  const kinds = Object.entries(answers).map(([kind, count]) => `${count} × ${kind}`);
  return [
    "## Memory",
    `${minutes} minutes of mixed work at ${rate} requests a second, every one from an address that never came before; budgets as shipped. \`npm run bench:memory\`; load average at the end ${loadAverage.toFixed(1)}.`,
    ["| minute | RSS, MiB | live objects, MiB | answers |", "|---:|---:|---:|---:|", ...rows].join("\n"),
    findings(report).join(" "),
    `Live objects are counted after a full collection, once a minute; RSS just before it. Answers: ${kinds.join(", ")}. While others kept the machine busy ${report.leftOut} were left out and ${report.busy} answered 503 or 408. Wrong answers: ${Object.keys(report.wrong).length === 0 ? "none" : JSON.stringify(report.wrong)}.`,
    "![Memory of the server](figures/memory.svg)",
  ].join("\n\n");
}

/** The section of docs/performance.md and its plot. */
export function writeMemory({ samples }: MemoryReport, markdown: string): string[] {
  const file = "docs/figures/memory.svg";
  mkdirSync("docs/figures", { recursive: true });
  const line = (name: string, of: (sample: Sample) => number) => ({
    name,
    points: samples.map((sample) => ({ x: sample.minute, y: of(sample) })),
  });
  const lines = [line("resident", ({ rss }) => rss), line("live objects", ({ live }) => live)];
  writeFileSync(
    file,
    linePlot({ title: "Memory of the server", unit: "MiB by minutes", lines, scale: "linear" }),
  );
  return [writeSection("memory", markdown), file];
}
