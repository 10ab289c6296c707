import { execFileSync, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Binaries } from "@/db/embedded/binaries";
import { programOptions } from "@/db/embedded/cluster";
import type { Folder, Paths } from "@/db/embedded/folder";
import { openLog, readLog } from "@/db/embedded/log";
import { birthOf, isAlive, programOf } from "@/db/embedded/processes";

/** A server process: one that we started, or one that an earlier launcher left behind. */
export interface Server {
  pid: number;
  /** Tells the process from a later one with the same pid. */
  birth: string | undefined;
  port: number;
  adopted: boolean;
  /** Settles when the process has ended, with what it wrote to its log. */
  gone: Promise<string>;
}

/** All that a server is started with. */
export interface Place {
  folder: Folder;
  binaries: Binaries;
  settings: Record<string, string>;
  report(line: string): void;
}

const POLL_MS = 20;
const SLOW_START_MS = 5_000;

/** Starts a process in a session of its own: Ctrl-C must reach Holdfast alone, which ends the server when drained. */
export async function startServer({ folder, binaries, settings }: Place, port: number): Promise<Server> {
  const start = await openLog(folder);
  const log = openSync(folder.log, "a");
  const given = Object.entries({ ...ownSettings(port), ...settings });
  const child = spawn(
    binaries.postgres,
    ["-D", folder.data, ...given.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    {
      ...programOptions(folder),
      detached: true,
      stdio: ["ignore", log, log],
    },
  );
  closeSync(log);
  child.unref();
  const gone = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(String(error)));
    child.once("exit", () => resolve(readLog(folder, start).catch(() => "")));
  });
  // A process that never began has no pid.
  const pid = child.pid ?? 0;
  return { pid, birth: pid === 0 ? undefined : birthOf(pid), port, adopted: false, gone };
}

/** The server that already runs on this folder, whoever started it. */
export async function findServer(folder: Pick<Paths, "data">): Promise<Server | undefined> {
  const { pid, port } = await readPidFile(folder);
  const birth = pid === undefined ? undefined : birthOf(pid);
  if (pid === undefined || port === undefined || birth === undefined) return undefined;
  // After a reboot or in a new container the pid may be anybody's.
  if ((programOf(pid) ?? "postgres") !== "postgres") return undefined;
  return { pid, birth, port, adopted: true, gone: pollUntilGone(pid, birth) };
}

/** Waits until the server takes connections; answers what it said when it ended instead. */
export async function whenReady({ folder, report }: Place, server: Server): Promise<string | undefined> {
  let refusal: string | undefined;
  void server.gone.then((said) => {
    refusal = said;
  });
  let slowAt = Date.now() + SLOW_START_MS;
  for (;;) {
    if (refusal !== undefined) return refusal;
    const { pid, ready } = await readPidFile(folder);
    if (pid === server.pid && ready) return undefined;
    if (Date.now() > slowAt) {
      slowAt = Number.POSITIVE_INFINITY;
      report(`PostgreSQL takes long to start: it may be recovering from a crash. Its log is ${folder.log}.`);
    }
    await sleep(POLL_MS);
  }
}

/** Ends the server: what was committed is on disk, what was not is rolled back. */
export async function endServer(binaries: Binaries, server: Server): Promise<void> {
  for (const [signal, patience] of [
    ["INT", 30_000],
    ["QUIT", 5_000],
    ["KILL", 5_000],
  ] as const) {
    sendSignal(binaries, server, signal);
    if (await endsWithin(server, patience)) return;
  }
}

/** INT is PostgreSQL's fast shutdown, QUIT its immediate one. Windows has no signals; pg_ctl stands in. */
export function sendSignal(
  binaries: Binaries,
  { pid, birth }: Server,
  signal: "INT" | "QUIT" | "KILL",
): void {
  if (birth === undefined || !isAlive(pid, birth)) return;
  try {
    if (process.platform !== "win32") process.kill(pid, `SIG${signal}`);
    else execFileSync(binaries.pgCtl, ["kill", signal, String(pid)], { stdio: "ignore" });
  } catch {
    // It has ended just now.
  }
}

function ownSettings(port: number): Record<string, string> {
  return {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    timezone: "UTC",
    log_timezone: "UTC",
    // Failed statements and their details hold personal data and passwords: none of the log's business.
    log_error_verbosity: "terse",
    log_min_error_statement: "panic",
  };
}

/** Lines of postmaster.pid: pid, data folder, start, port, socket, address, memory, status. */
async function readPidFile(folder: Pick<Paths, "data">) {
  const text = await readFile(join(folder.data, "postmaster.pid"), "utf8").catch(() => "");
  const lines = text.split("\n");
  return { pid: positive(lines[0]), port: positive(lines[3]), ready: lines[7]?.trim() === "ready" };
}

function positive(text: string | undefined): number | undefined {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

async function pollUntilGone(pid: number, birth: string): Promise<string> {
  while (isAlive(pid, birth)) await sleep(100, undefined, { ref: false });
  return "";
}

async function endsWithin(server: Server, patience: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(patience, false, { signal: timer.signal }).catch(() => false);
  const ended = await Promise.race([server.gone.then(() => true), late]);
  timer.abort();
  return ended;
}
