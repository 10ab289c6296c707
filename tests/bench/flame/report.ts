import { mkdirSync, writeFileSync } from "node:fs";
import { AREAS, type Area, areaOf } from "@/tests/bench/flame/areas";
import type { Frame } from "@/tests/bench/flame/frames";
import type { Stack } from "@/tests/bench/flame/profile";
import { flame } from "@/tests/bench/flame/svg";
import type { conditionsNow } from "@/tests/bench/report";
import { writeSection } from "@/tests/bench/section";

const FIGURES = "docs/figures";

/** A server that was looked at while it answered requests of one kind. */
export interface Profiled {
  key: string;
  title: string;
  /** Milliseconds of CPU of one request, with the profiler on. */
  cpu: number;
  answers: number;
  stacks: Stack<Frame>[];
}

/** One kind of request, by each server that answers it. */
export interface FlamePart {
  /** In names of files. */
  name: string;
  /** In a sentence: "a list". */
  title: string;
  profiled: Profiled[];
}

export interface FlameReport extends ReturnType<typeof conditionsNow> {
  seconds: number;
  warmUp: number;
  loadAfter: number;
  parts: FlamePart[];
}

/** Milliseconds of CPU of one request by area: the area's share of the samples, of the CPU that Linux counted. */
function costs({ cpu, stacks }: Profiled): Map<Area, number> {
  const whole = stacks.reduce((sum, { time }) => sum + time, 0);
  const byArea = new Map<Area, number>();
  for (const { frames, time } of stacks) {
    const area = areaOf(frames);
    byArea.set(area, (byArea.get(area) ?? 0) + (cpu * time) / whole);
  }
  return byArea;
}

const MS = (value: number) => value.toFixed(3);

/** Rows of the table: area, then milliseconds and share of each server, then what the first of two has more. */
function rowsOf({ profiled }: FlamePart): string[][] {
  const each = profiled.map((one) => ({ ...one, byArea: costs(one) }));
  const row = (name: string, value: (one: (typeof each)[number]) => number) => {
    const values = each.map(value);
    const more = (values[0] ?? 0) - (values.at(-1) ?? 0);
    const cells = each.flatMap(({ cpu }, index) => {
      const ms = values[index] ?? 0;
      return [MS(ms), `${((100 * ms) / cpu).toFixed(1)} %`];
    });
    return profiled.length < 2
      ? [name, ...cells]
      : [name, ...cells, `${more < 0 ? "−" : "+"}${MS(Math.abs(more))}`];
  };
  return [
    ...AREAS.map((area) => row(area, ({ byArea }) => byArea.get(area) ?? 0)),
    row("all", ({ cpu }) => cpu),
  ];
}

const headOf = ({ profiled }: FlamePart) => [
  "",
  ...profiled.flatMap(({ key }) => [`${key} ms`, `${key} share`]),
  ...(profiled.length < 2 ? [] : ["a − u, ms"]),
];

const factsOf = (report: FlameReport) =>
  [
    `${report.processor}, ${report.cores} cores; Node ${report.node}; ${report.date}, commit ${report.commit}; `,
    `load average ${report.loadBefore.toFixed(2)} before, ${report.loadAfter.toFixed(2)} after. `,
    `${report.seconds} s of each, after ${report.warmUp} s of warm-up, a sample each 200 µs; tRPC with a JWT, and the profiler on.`,
  ].join("");

export const print = (report: FlameReport): string =>
  ["", factsOf(report), ...report.parts.map(printPart)].join("\n");

function printPart(part: FlamePart): string {
  const rows = [headOf(part), ...rowsOf(part)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart((widths[column] ?? 0) + 2),
      )
      .join("");
  const titles = part.profiled.map(({ key, title, answers }) => `${key}: ${title}, ${answers} answers`);
  return ["", part.title, ...titles, "", ...rows.map(line)].join("\n");
}

/** Writes the section "flame" and its flame graphs; returns the files. */
export function write(report: FlameReport): string[] {
  mkdirSync(FIGURES, { recursive: true });
  const drawn = report.parts.map(drawPart);
  const text = [
    "## Where the CPU goes",
    factsOf(report),
    `*a* is Holdfast, *u* ${report.parts[0]?.profiled.at(-1)?.title ?? ""}; the last column is what the guard costs, and where. A
stack counts for the innermost function whose place is known; milliseconds are its share of the samples, of the CPU that Linux
counted for the process.`,
    ...drawn.map((one) => one.text),
  ];
  return [writeSection("flame", text.join("\n\n")), ...drawn.flatMap(({ files }) => files)];
}

function drawPart(part: FlamePart): { text: string; files: string[] } {
  const plots = part.profiled.map(({ key, title, stacks }) => {
    const file = `flame-${part.name}${key === "a" ? "" : "-unguarded"}.svg`;
    const caption = `CPU of ${part.title}: ${title}`;
    writeFileSync(`${FIGURES}/${file}`, flame(caption, stacks));
    return { file: `${FIGURES}/${file}`, text: `![${caption}](figures/${file})` };
  });
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const head = headOf(part);
  const table = [head, head.map((_, column) => (column === 0 ? "---" : "---:")), ...rowsOf(part)].map(line);
  const title = `### ${part.title.charAt(0).toUpperCase()}${part.title.slice(1)}`;
  return {
    text: [title, table.join("\n"), ...plots.map(({ text }) => text)].join("\n\n"),
    files: plots.map(({ file }) => file),
  };
}
