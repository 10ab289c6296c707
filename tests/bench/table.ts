import { budget } from "@/tests/bench/budget";
import type { Row } from "@/tests/bench/measure";
import { WORKS, type Work } from "@/tests/bench/peers/peer";
import { baseOf, type Report } from "@/tests/bench/report";

/** A table as text: the first column says what, the others are figures. */
interface Table {
  title: string;
  head: string[];
  rows: string[][];
}

const TITLES: Record<Work, string> = {
  list: "A caller lists 20 of their tasks",
  refuse: "A request is refused",
  mix: "An attack: good lists and bad tokens by turns (p50 and p99 are those of the good)",
  "sign-in": "A person signs in by e-mail address and password",
  create: "A caller creates a task",
};

/** All of a report, for a terminal. */
export function asText(report: Report): string {
  const { conditions: c } = report;
  const head = [
    `${c.processor}, ${c.cores} cores; Node ${c.node}; ${c.date}, commit ${c.commit}`,
    `medians of ${c.rounds} rounds of ${c.seconds} s after ${c.warmUp} s of warm-up; ${pinning(c.pinned)}`,
    `load average ${c.loadBefore.toFixed(2)} before, ${c.loadAfter.toFixed(2)} after; idle, PostgreSQL uses ${c.idleDatabase.toFixed(1)} ms of CPU a second`,
    ...report.notRun,
  ];
  return [head.join("\n"), ...tables(report).map(textOf)].join("\n\n");
}

/** The same in Markdown. */
export function asMarkdown(report: Report): string {
  const { conditions: c } = report;
  const head = [
    `Measured on ${c.date} at commit \`${c.commit}\`: ${c.processor}, ${c.cores} cores, Node ${c.node}. `,
    `Medians of ${c.rounds} rounds of ${c.seconds} s, each after ${c.warmUp} s of warm-up; ${pinning(c.pinned)}. `,
    `Load average ${c.loadBefore.toFixed(2)} before and ${c.loadAfter.toFixed(2)} after. `,
    `While nobody asks anything, PostgreSQL uses ${c.idleDatabase.toFixed(1)} ms of CPU a second.`,
  ].join("");
  return [head, ...report.notRun, ...tables(report).map(markdownOf)].join("\n\n");
}

const pinning = (pinned: boolean) =>
  pinned
    ? "the server has core 0, PostgreSQL and the load share core 1"
    : "NOT PINNED: server, PostgreSQL and load share all cores";

function tables(report: Report): Table[] {
  const works = WORKS.filter((work) => report.rows.some((row) => row.work === work));
  return [
    ...works.map((work) => tableOf(report, work)),
    {
      title: "The servers",
      head: ["", "boot ms", "MiB after", "MiB at most"],
      rows: report.sizes.map(({ peer, title, bootMs, memory }) => [
        `${peer} ${title}`,
        ...[bootMs, memory.now, memory.most].map(String),
      ]),
    },
    {
      title: "The budget",
      head: ["", "must be", "is", ""],
      rows: budget(report.rows).map(({ what, must, is, met }) => [what, must, is, verdict(met)]),
    },
  ];
}

function verdict(met: boolean | null): string {
  if (met === null) return "–";
  return met ? "met" : "NOT MET";
}

function tableOf({ rows, query }: Report, work: Work): Table {
  const ofWork = rows.filter((row) => row.work === work);
  const lines = ofWork.map((row) => [labelOf(row), ...figuresOf(row, baseOf(rows, row))]);
  if (work === "list") lines.push(lineOfQuery(query));
  return {
    title: TITLES[work],
    head: ["", "CPU ms", "of a", "database ms", "requests/s", "p50 ms", "p99 ms", "core used"],
    rows: lines,
  };
}

export const labelOf = ({ peer, title, kind, way }: Row) =>
  `${peer} ${[title, kind, way].filter(Boolean).join(", ")}`;

function figuresOf(row: Row, base: Row | undefined): string[] {
  return [
    row.cpu.toFixed(3),
    base ? `${(row.cpu / base.cpu).toFixed(2)}×` : "–",
    row.databaseCpu.toFixed(3),
    String(Math.round(row.perSecond)),
    row.p50.toFixed(1),
    row.p99.toFixed(1),
    `${Math.round(100 * row.busy)} %`,
  ];
}

function lineOfQuery(query: Report["query"]): string[] {
  if (typeof query === "string") return [`h pgbench: ${query}`, ...Array<string>(7).fill("–")];
  const { databaseCpu, perSecond } = query;
  return [
    ...["h pgbench, the bare query, prepared", "–", "–", databaseCpu.toFixed(3)],
    ...[String(Math.round(perSecond)), "–", "–", "–"],
  ];
}

function textOf({ title, head, rows }: Table): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart((widths[column] ?? 0) + 2),
      )
      .join("")
      .trimEnd();
  return [title, ...all.map(line)].join("\n");
}

function markdownOf({ title, head, rows }: Table): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [`### ${title}`, "", line(head), line(rule), ...rows.map(line)].join("\n");
}
