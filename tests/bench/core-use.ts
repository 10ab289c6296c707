import { readdirSync, readFileSync } from "node:fs";
import { SERVER_CORE } from "@/tests/bench/cores";
import { MS_PER_TICK } from "@/tests/bench/cpu";
import { median } from "@/tests/bench/statistics";
import { NICE, statField } from "@/tests/support/proc-stat";

/** Milliseconds so far, or shares of a time: who had the core of a server. Of Linux. */
export interface CoreUse {
  /** Its thread that answers. */
  answering: number;
  /** That thread was ready, and something else ran. */
  waiting: number;
  /** Its threads of low priority, which hash passwords. */
  hashing: number;
  /** All other threads of it: V8's and libuv's. */
  helping: number;
  /** The host gave the core to somebody else. */
  stolen: number;
}

interface ThreadUse {
  ran: number;
  waited: number;
  niceness: number;
}

const ENDED: ThreadUse = { ran: 0, waited: 0, niceness: 0 };
/** Of a line of /proc/stat, counted from the name. */
const STEAL = 8;
const NS_PER_MS = 1e6;

/** Who had the core since the machine and the server began. */
export function coreUse(pid: number): CoreUse {
  const use = { ...each(() => 0), stolen: stolenMs(SERVER_CORE) };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const { ran, waited, niceness } = threadUse(`/proc/${pid}/task/${thread}`) ?? ENDED;
    if (Number(thread) === pid) {
      use.answering += ran;
      use.waiting += waited;
    } else use[niceness > 0 ? "hashing" : "helping"] += ran;
  }
  return use;
}

/** The typical one of several: each of its figures is a median. */
export const typicalUse = (uses: readonly CoreUse[]): CoreUse =>
  each((name) => median(uses.map((use) => use[name])));

/** Of the time in between. */
export const sharesBetween = (before: CoreUse, after: CoreUse, ms: number): CoreUse =>
  each((name) => (after[name] - before[name]) / ms);

const each = (value: (name: keyof CoreUse) => number): CoreUse => ({
  answering: value("answering"),
  waiting: value("waiting"),
  hashing: value("hashing"),
  helping: value("helping"),
  stolen: value("stolen"),
});

/** Undefined when the thread has just ended. */
function threadUse(folder: string): ThreadUse | undefined {
  let stat: string;
  let times: string;
  try {
    stat = readFileSync(`${folder}/stat`, "utf8");
    times = readFileSync(`${folder}/schedstat`, "utf8");
  } catch {
    return undefined;
  }
  const [ran = 0, waited = 0] = times.split(" ").map(Number);
  return { ran: ran / NS_PER_MS, waited: waited / NS_PER_MS, niceness: statField(stat)(NICE) };
}

function stolenMs(core: number): number {
  const line = readFileSync("/proc/stat", "utf8")
    .split("\n")
    .find((one) => one.startsWith(`cpu${core} `));
  return Number(line?.split(" ")[STEAL] ?? 0) * MS_PER_TICK;
}
