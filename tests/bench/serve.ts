import { type ChildProcess, spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { onCore, SERVER_CORE } from "@/tests/bench/cores";
import type { Ask } from "@/tests/bench/peers/peer";

const LONGEST_BOOT_MS = 60_000;
const LONGEST_END_MS = 10_000;

export interface Command {
  command: readonly string[];
  cwd?: string;
  env: Record<string, string>;
  /** A file for what it prints. */
  log: string;
  url: string;
  /** What it must answer before it counts as started. */
  first: Ask;
}

/** Starts a server on its core, and waits for its first right answer. */
export async function serve({ command, cwd, env, log, url, first }: Command) {
  const output = openSync(log, "a");
  const [program, args] = onCore(SERVER_CORE, command);
  const began = performance.now();
  const child = spawn(program, args, {
    cwd: cwd ?? process.cwd(),
    env: { PATH: process.env.PATH ?? "", NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", ...env },
    stdio: ["ignore", output, output],
  });
  const onExit = () => child.kill();
  process.once("exit", onExit);
  child.once("exit", () => process.off("exit", onExit));
  const stop = () => end(child);
  for (;;) {
    if (await answers(url, first)) break;
    if (child.exitCode !== null) throw new Error(`${command.join(" ")} ended:\n${lastOf(log)}`);
    if (performance.now() - began > LONGEST_BOOT_MS) {
      await stop();
      throw new Error(`${command.join(" ")} gave no right answer in ${LONGEST_BOOT_MS} ms:\n${lastOf(log)}`);
    }
    await sleep(5);
  }
  return { url, pid: child.pid ?? 0, bootMs: Math.round(performance.now() - began), stop };
}

export const send = (url: string, { method, path, headers, body }: Ask): Promise<Response> =>
  fetch(url + path, { method, headers, redirect: "manual", ...(body !== undefined && { body }) });

async function answers(url: string, first: Ask): Promise<boolean> {
  try {
    const answer = await send(url, first);
    await answer.arrayBuffer();
    return answer.status === first.expect;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const patience = new AbortController();
  const late = sleep(LONGEST_END_MS, "late", { signal: patience.signal }).catch(() => "");
  if ((await Promise.race([gone, late])) === "late") child.kill("SIGKILL");
  patience.abort();
  await gone;
}

const lastOf = (log: string) => readFileSync(log, "utf8").split("\n").slice(-20).join("\n");

/** A port of this machine that nobody has at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
