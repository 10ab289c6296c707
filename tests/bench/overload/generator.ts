import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { CoreUse } from "@/tests/bench/core-use";
import { moveTo, OTHER_CORE } from "@/tests/bench/cores";
import type { Ask } from "@/tests/bench/peers/peer";

/** Requests that come at a rate of their own, in rotation. */
export interface Stream {
  name: string;
  asks: readonly Pick<Ask, "method" | "path" | "headers" | "body">[];
  /**
   * Requests a second, at random times (a Poisson process) whatever the answers do; or so many callers who each ask again
   * when they have their answer.
   */
  load: { perSecond: number } | { callers: number };
}

export interface Job {
  url: string;
  streams: readonly Stream[];
  /** Seconds that are not counted, and seconds that are. */
  warmUp: number;
  seconds: number;
  /** Most connections at once; a request that finds none free waits, and its time counts. */
  connections: number;
  serverPid: number;
}

/** What became of one stream, of requests whose time came within the counted seconds. Times are milliseconds. */
export interface Seen {
  name: string;
  sent: number;
  byStatus: Record<string, number>;
  /** Answers 2xx that came within the counted seconds, by the second. */
  goodput: number;
  /** From the time at which a request was due to the end of its answer; of answers 2xx. */
  p50: number;
  p99: number;
  /** Of answers that refuse: 429 and 503. */
  refusedP99: number;
}

export interface Outcome {
  streams: Seen[];
  /** Milliseconds from the time at which a request was due to its sending: how late the generator itself was. */
  lateness: { p50: number; p99: number };
  /** Requests that found no free connection. */
  waited: number;
  /** How much of its core the generator used. */
  generatorBusy: number;
  /** Who had the core of the server, as shares of the counted seconds. */
  core: CoreUse;
}

export interface Generator {
  run(job: Job): Promise<Outcome>;
  end(): void;
}

/** The load in a process of its own, away from the core of the server. */
export function startGenerator(): Generator {
  const child = fork(join(import.meta.dirname, "generator-child.ts"), { execArgv: ["--import", "tsx"] });
  if (child.pid) moveTo(OTHER_CORE, child.pid);
  return { run: (job) => ask(child, job), end: () => child.kill() };
}

function ask(child: ChildProcess, job: Job): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error("the generator ended"));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message as Outcome);
    });
    child.send(job);
  });
}
