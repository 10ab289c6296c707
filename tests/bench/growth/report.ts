import { mkdirSync, writeFileSync } from "node:fs";
import type { Cost } from "@/tests/bench/growth/measure";
import type { GrowthWork } from "@/tests/bench/growth/works";
import { linePlot } from "@/tests/bench/line-plot";
import { writeSection } from "@/tests/bench/section";

export interface Size {
  rows: number;
  /** Seconds that seeding took from the size before. */
  seeding: number;
  /** MiB of the tables and their indexes. */
  disk: number;
  costs: { name: string; grows: GrowthWork["grows"]; cost: Cost }[];
  /** Milliseconds for the next thousand rows. */
  sealing: { median: number; p99: number };
  verifying: { rows: number; seconds: number };
}

export interface GrowthReport {
  sizes: Size[];
  calls: number;
  loadAverage: number;
}

export function asText({ sizes }: GrowthReport): string {
  const names = sizes[0]?.costs.map(({ name }) => name) ?? [];
  const head = ["".padEnd(48), ...sizes.map(({ rows }) => power(rows).padStart(26))].join("");
  const lines = names.map((name) =>
    [name.padEnd(48), ...sizes.map((size) => cell(costOf(size, name)).padStart(26))].join(""),
  );
  const also = sizes.map(
    ({ rows, seeding, disk, sealing, verifying }) =>
      `${power(rows)}: seeded in ${seeding.toFixed(0)} s, ${disk} MiB; the next 1000 rows are sealed in ${sealing.median.toFixed(1)} ms (p99 ${sealing.p99.toFixed(1)}); ${verifying.rows} rows verified in ${verifying.seconds.toFixed(1)} s`,
  );
  return [head, "median / p99 / database CPU, ms", ...lines, "", ...also].join("\n");
}

const costOf = (size: Size, name: string) => size.costs.find((one) => one.name === name)?.cost;
const cell = (cost: Cost | undefined) =>
  cost ? `${cost.median.toFixed(2)} / ${cost.p99.toFixed(1)} / ${cost.database.toFixed(2)}` : "–";

function asMarkdown({ sizes, calls, loadAverage }: GrowthReport): string {
  const names = sizes[0]?.costs.map(({ name }) => name) ?? [];
  const head = `| ms: median / p99 / database CPU | ${sizes.map(({ rows }) => power(rows)).join(" | ")} |`;
  const lines = names.map(
    (name) => `| ${name} | ${sizes.map((size) => cell(costOf(size, name))).join(" | ")} |`,
  );
  const grown = (name: string, of: (size: Size) => string) => `| ${name} | ${sizes.map(of).join(" | ")} |`;
  return [
    "## Growth",
    `What a call costs while \`task\` and \`audit_event\` grow to so many rows each: a tenth of one person, a tenth of a team of forty, the rest of a thousand others; a tenth as many documents, a hundredth as versions of one of them. Through the real server, one call at a time, ${calls} of each. \`npm run bench:growth\`; load average ${loadAverage.toFixed(1)}.`,
    [
      head,
      `|---|${sizes.map(() => "---:").join("|")}|`,
      ...lines,
      grown(
        "sealing the next 1,000 events",
        ({ sealing }) => `${sealing.median.toFixed(1)} / ${sealing.p99.toFixed(1)} / –`,
      ),
      grown("`holdfast log verify`, events a second", ({ verifying: { rows, seconds } }) =>
        (rows / seconds).toFixed(0),
      ),
      grown("seeding, s", ({ seeding }) => seeding.toFixed(0)),
      grown("tables and indexes, MiB", ({ disk }) => String(disk)),
    ].join("\n"),
    "![Latency by rows](figures/growth.svg)",
  ].join("\n\n");
}

/** The section of docs/performance.md and its plot. */
export function writeGrowth(report: GrowthReport): string[] {
  const { sizes } = report;
  const file = "docs/figures/growth.svg";
  mkdirSync("docs/figures", { recursive: true });
  const lines = PLOTTED.map((name) => ({
    name,
    points: sizes.flatMap((size) => {
      const cost = costOf(size, name);
      return cost ? [{ x: size.rows, y: cost.median }] : [];
    }),
  })).filter(({ points }) => points.length > 0);
  const sealing = {
    name: "sealing 1,000 events",
    points: sizes.map((size) => ({ x: size.rows, y: size.sealing.median })),
  };
  const title = "Median latency by rows in the table";
  writeFileSync(
    file,
    linePlot({ title, unit: "ms, both axes logarithmic", lines: [...lines, sealing], scale: "log" }),
  );
  return [writeSection("growth", asMarkdown(report)), file];
}

/** One of each kind: with all of them no line could be told from the next. */
const PLOTTED = [
  "team's tasks: first page",
  "team's tasks: far in",
  "board: first page of a project",
  "projects with counts of their tasks",
  "search of a frequent word",
  "search of a word in one title",
  "versions: far in",
  "own events: far in",
  "all events: first page",
  "a new task",
];

const power = (rows: number) => {
  const digits = Math.log10(rows);
  return Number.isInteger(digits) ? `10^${digits}` : String(rows);
};
