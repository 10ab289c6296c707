import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { moveTo, OTHER_CORE } from "@/tests/bench/cores";
import type { Ask } from "@/tests/bench/peers/peer";

export interface Job {
  url: string;
  asks: Pick<Ask, "method" | "path" | "headers" | "body" | "expect">[];
  seconds: number;
  connections: number;
  serverPid: number;
  databasePid: number;
}

/** What one round of load saw. */
export interface Round {
  /** Answers, and the milliseconds in which they came. */
  answers: number;
  elapsed: number;
  byStatus: Record<string, number>;
  /** Requests without an answer. */
  failed: number;
  /** Milliseconds until an answer that should be 2xx, or any answer where none should. */
  p50: number;
  p99: number;
  /** Milliseconds of CPU in all. */
  serverCpu: number;
  databaseCpu: number;
}

export interface Load {
  run(job: Job): Promise<Round>;
  end(): void;
}

/** The load in a process of its own, away from the core of the server. */
export function startLoad(): Load {
  const child = fork(join(import.meta.dirname, "load-child.ts"), { execArgv: ["--import", "tsx"] });
  if (child.pid) moveTo(OTHER_CORE, child.pid);
  return { run: (job) => ask(child, job), end: () => child.kill() };
}

function ask(child: ChildProcess, job: Job): Promise<Round> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error("the load ended"));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message as Round);
    });
    child.send(job);
  });
}
