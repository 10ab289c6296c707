import { KINDS, type Visit } from "@/tests/bench/pages/visit";
import { writeSection } from "@/tests/bench/section";
import { median } from "@/tests/bench/statistics";

/** A page in one state of the cache on one kind of machine. */
export interface Loaded {
  page: string;
  cache: "cold" | "warm";
  machine: "desktop" | "phone";
  visits: Visit[];
}

export interface PagesReport {
  loaded: Loaded[];
  visits: number;
  loadAverage: number;
}

const HEAD = [
  "page",
  "cache",
  "machine",
  "first byte, ms",
  "largest paint, ms",
  "requests",
  "KiB",
  ...KINDS,
  "unpacked",
];

function cells({ page, cache, machine, visits }: Loaded): string[] {
  const of = (value: (visit: Visit) => number) => median(visits.map(value));
  const kib = (bytes: number) => (bytes / 1024).toFixed(1);
  const all = of(({ bytes }) => KINDS.reduce((sum, kind) => sum + bytes[kind], 0));
  return [
    ...[page, cache, machine],
    ...[of(({ firstByte }) => firstByte).toFixed(0), of(({ largestPaint }) => largestPaint).toFixed(0)],
    String(of(({ requests }) => requests)),
    kib(all),
    ...KINDS.map((kind) => kib(of(({ bytes }) => bytes[kind]))),
    kib(of(({ decoded }) => decoded)),
  ];
}

export function asText(loaded: readonly Loaded[]): string {
  const rows = [HEAD, ...loaded.map(cells)];
  return rows.map((row) => row.map((cell) => cell.padStart(18)).join("")).join("\n");
}

export function writePages({ loaded, visits, loadAverage }: PagesReport): string {
  const row = (texts: string[]) => `| ${texts.join(" | ")} |`;
  const markdown = [
    "## Pages",
    `Medians of ${visits} visits by Chromium on the machine of the server, so without a network; the phone has a quarter of the processor, 150 ms of round trip and 1.6 Mbit/s. Cold: nothing in the cache; warm: the same page again. Bytes as they came over the wire. \`npm run bench:pages\`; load average ${loadAverage.toFixed(1)}.`,
    [
      row(HEAD),
      `|---|---|---|${"---:|".repeat(HEAD.length - 3)}`,
      ...loaded.map((one) => row(cells(one))),
    ].join("\n"),
  ];
  return writeSection("pages", markdown.join("\n\n"));
}
