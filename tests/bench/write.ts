import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Row } from "@/tests/bench/measure";
import { type Bar, plot } from "@/tests/bench/plot";
import type { Report } from "@/tests/bench/report";
import { asMarkdown, labelOf } from "@/tests/bench/table";

const PAGE = "docs/performance.md";
const FIGURES = "docs/figures";
const BEGIN = "<!-- bench: what stands from here on is written by `npm run bench -- --write` -->";
const END = "<!-- bench: end -->";
const NEW_PAGE = `# Performance

What Holdfast costs beside what people build otherwise, in one run on one machine. How it is measured, and what a figure
does not say: [tests/bench/README.md](../tests/bench/README.md).

${BEGIN}
${END}
`;

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

/** Puts tables and plots between the markers of docs/performance.md, and makes the page where it is missing. */
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
  const page = existsSync(PAGE) ? readFileSync(PAGE, "utf8") : NEW_PAGE;
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${PAGE} has lost the markers of the bench`);
  const inner = [asMarkdown(report), ...plots.map(({ text }) => text)].join("\n\n");
  writeFileSync(PAGE, `${page.slice(0, begin)}${BEGIN}\n\n${inner}\n\n${page.slice(end)}`);
  return [PAGE, ...plots.map(({ file }) => file)];
}
