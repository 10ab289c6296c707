import { readdirSync, readFileSync } from "node:fs";
import { statField } from "@/tests/support/proc-stat";

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own tick (USER_HZ). */
export const MS_PER_TICK = 10;

interface Stat {
  pid: number;
  parent: number;
  /** Milliseconds of user and system time of all its threads. */
  own: number;
  /** Milliseconds of its children that have ended and were waited for. */
  ended: number;
}

/** Milliseconds of CPU that a process and all below it have used, those that have ended included. From /proc/<pid>/stat. */
export function cpuMs(pid: number): number {
  return treeOf(pid).reduce((sum, { own, ended }) => sum + own + ended, 0);
}

/** Resident memory of a process and all below it, in MiB: now, and the most that it ever was. */
export function memoryMiB(pid: number): { now: number; most: number } {
  const all = treeOf(pid).map(({ pid: one }) => readFileSync(`/proc/${one}/status`, "utf8"));
  const sum = (name: string) =>
    all.reduce((total, text) => total + Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1] ?? 0), 0);
  return { now: Math.round(sum("VmRSS") / 1024), most: Math.round(sum("VmHWM") / 1024) };
}

function treeOf(root: number): Stat[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? []);
  const found = all.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...all.filter(({ parent }) => parent === pid));
  return found;
}

/** Undefined when the process has just ended. */
function statOf(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  const field = statField(text);
  const ticks = (number: number) => field(number) * MS_PER_TICK;
  return { pid, parent: field(4), own: ticks(14) + ticks(15), ended: ticks(16) + ticks(17) };
}
