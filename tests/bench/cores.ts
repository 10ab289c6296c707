import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** The server under test has a core of its own; the database and the load share the other. */
export const SERVER_CORE = 0;
export const OTHER_CORE = 1;

export const canPin = availableParallelism() >= 2 && spawnSync("taskset", ["--version"]).status === 0;

/** A command line that runs on one core; the same process id, because taskset becomes the program. */
export function onCore(core: number, command: readonly string[]): [program: string, args: string[]] {
  const [program = "", ...args] = canPin ? ["taskset", "-c", String(core), ...command] : command;
  return [program, args];
}

/** Moves a running process, and what it starts from now on. */
export function moveTo(core: number, pid: number): void {
  if (canPin) spawnSync("taskset", ["-a", "-c", "-p", String(core), String(pid)]);
}

/** Gives a running process both cores back. */
export function moveToAll(pid: number): void {
  if (canPin) spawnSync("taskset", ["-a", "-c", "-p", `${SERVER_CORE},${OTHER_CORE}`, String(pid)]);
}
