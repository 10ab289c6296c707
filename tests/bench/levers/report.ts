import type { Row } from "@/tests/bench/measure";
import type { Conditions } from "@/tests/bench/report";

/** What was measured of one lever: rows of the server without it, and with all of them. */
export interface Gain {
  lever: string;
  rows: readonly Row[];
}

type RunConditions = Omit<Conditions, "idleDatabase">;

const HEAD = ["lever", "work", "without, ms", "with, ms", "gain", "p99 without", "p99 with"];

export function asText(conditions: RunConditions, gains: readonly Gain[]): string {
  return [said(conditions), ...[HEAD, ...linesOf(gains)].map((cells) => cells.join(" | "))].join("\n");
}

export function asMarkdown(conditions: RunConditions, gains: readonly Gain[]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const rule = HEAD.map((_, column) => (column < 2 ? "---" : "---:"));
  return [
    "## Levers, each alone",
    `${said(conditions)}\n\nThe server with all of them, and beside it one that lacks a single one, by turns: CPU of the server for one answer.`,
    [line(HEAD), line(rule), ...linesOf(gains).map(line)].join("\n"),
  ].join("\n\n");
}

const said = ({
  date,
  commit,
  processor,
  cores,
  node,
  rounds,
  seconds,
  warmUp,
  loadBefore,
  loadAfter,
}: RunConditions) =>
  [
    `Measured on ${date} at commit ${commit}: ${processor}, ${cores} cores, Node ${node}.`,
    `Medians of ${rounds} rounds of ${seconds} s, each after ${warmUp} s of warm-up.`,
    `Load average ${loadBefore.toFixed(2)} before and ${loadAfter.toFixed(2)} after.`,
  ].join(" ");

function linesOf(gains: readonly Gain[]): string[][] {
  return gains.flatMap(({ lever, rows }) => {
    const withAll = rows.filter(({ peer }) => peer === "with");
    return withAll.map((row) => {
      const without = rows.find(
        ({ peer, way, kind }) => peer === "without" && way === row.way && kind === row.kind,
      );
      if (!without) throw new Error(`${lever} was not measured without`);
      return [
        ...[lever, [row.work, row.kind, row.way].filter(Boolean).join(", ")],
        ...[without.cpu.toFixed(3), row.cpu.toFixed(3), `${Math.round(100 * (1 - row.cpu / without.cpu))} %`],
        ...[without.p99.toFixed(1), row.p99.toFixed(1)],
      ];
    });
  });
}
