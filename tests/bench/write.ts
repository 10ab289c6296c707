import { mkdirSync, writeFileSync } from "node:fs";
import type { Row } from "@/tests/bench/measure";
import { type Bar, plot } from "@/tests/bench/plot";
import type { Report } from "@/tests/bench/report";
import { writeSection } from "@/tests/bench/section";
import { asMarkdown, labelOf } from "@/tests/bench/table";

const FIGURES = "docs/figures";

interface Plotted {
  file: string;
  title: string;
  unit: string;
  digits: number;
  value(row: Row): number;
  work: Row["work"];
}

const PLOTS: Plotted[] = [
  {
    ...{ file: "list-cpu", title: "CPU of the server for one list", unit: "ms, less is better" },
    ...{ digits: 3, value: (row) => row.cpu, work: "list" },
  },
  {
    ...{ file: "list-per-second", title: "Lists a second on one core", unit: "more is better" },
    ...{ digits: 0, value: (row) => row.perSecond, work: "list" },
  },
  {
    ...{
      file: "list-p99",
      title: "99th percentile of lists, 16 callers at once",
      unit: "ms, less is better",
    },
    ...{ digits: 1, value: (row) => row.p99, work: "list" },
  },
  {
    ...{ file: "create-cpu", title: "CPU of the server for one create", unit: "ms, less is better" },
    ...{ digits: 3, value: (row) => row.cpu, work: "create" },
  },
];

/** Puts tables and plots into the section "peers" of docs/performance.md. */
export function writeReport(report: Report): string[] {
  mkdirSync(FIGURES, { recursive: true });
  const plots = PLOTS.flatMap((one) => {
    const rows = report.rows.filter(({ work }) => work === one.work);
    if (rows.length === 0) return [];
    const bars: Bar[] = rows.map((row) => ({
      label: labelOf(row),
      value: one.value(row),
      marked: row.peer === "a" || row.peer === "b",
    }));
    const file = `${FIGURES}/${one.file}.svg`;
    writeFileSync(file, plot(one.title, one.unit, one.digits, bars));
    return [{ file, text: `![${one.title}](figures/${one.file}.svg)` }];
  });
  const inner = [
    "## Beside what people build otherwise",
    asMarkdown(report),
    ...plots.map(({ text }) => text),
  ];
  return [writeSection("peers", inner.join("\n\n")), ...plots.map(({ file }) => file)];
}
