import { execFileSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { canPin } from "@/tests/bench/cores";
import type { Row } from "@/tests/bench/measure";
import type { Query } from "@/tests/bench/peers/pgbench";

/** What a server is besides what it does. */
export interface Size {
  peer: string;
  title: string;
  /** Milliseconds until its first right answer. */
  bootMs: number;
  /** MiB resident: after the load, and the most that it ever was. */
  memory: { now: number; most: number };
}

export interface Conditions {
  date: string;
  processor: string;
  cores: number;
  pinned: boolean;
  node: string;
  commit: string;
  /** Processes that wanted to run on this machine, over a minute, before and after. */
  loadBefore: number;
  loadAfter: number;
  rounds: number;
  seconds: number;
  warmUp: number;
  /** Milliseconds of CPU in a second while nobody asks anything: of PostgreSQL, with all servers connected. */
  idleDatabase: number;
}

export interface Report {
  conditions: Conditions;
  rows: Row[];
  sizes: Size[];
  /** A line of text says why it was not run. */
  query: Query | string;
  notRun: string[];
}

export function conditionsNow(): Pick<
  Conditions,
  "date" | "processor" | "cores" | "pinned" | "node" | "commit" | "loadBefore"
> {
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    pinned: canPin,
    node: process.version,
    commit: execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim(),
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** The line of Holdfast that a line is compared with. */
export function baseOf(rows: Row[], { work, kind }: Row): Row | undefined {
  return rows.find((row) => row.peer === "a" && row.work === work && row.kind === kind);
}

/** @param way Of several, the first where none is named. */
export function find(rows: Row[], peer: string, work: Row["work"], kind = "", way?: string): Row | undefined {
  return rows.find(
    (row) =>
      row.peer === peer && row.work === work && row.kind === kind && (way === undefined || row.way === way),
  );
}
