import { closeSync, openSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EmbeddedDatabaseError, errno } from "@/db/embedded/error";
import { birthOf, isAlive } from "@/db/embedded/processes";

// Long enough for a Holdfast that is just stopping to stop.
const PATIENCE_MS = 2_000;
const LOCK_NAME = /^launcher-(\d+)-(.+)\.lock$/;

/**
 * Makes this process the only one that runs a database in the folder; answers the function that gives the lock back.
 * Each process has a file named after itself, so a lock whose owner was killed is recognised and can be removed
 * without ever removing another's: one makes its own file first and looks for others after, so one of two always sees.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const mine = join(folder, `launcher-${process.pid}-${birthOf(process.pid) ?? "unknown"}.lock`);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    makeLock(mine, folder);
    const other = otherOwner(folder);
    if (other === undefined) return () => rmSync(mine, { force: true });
    rmSync(mine, { force: true });
    if (Date.now() > deadline) throw inUse(folder, other);
    await sleep(50 + Math.random() * 100);
  }
}

function makeLock(path: string, folder: string): void {
  try {
    closeSync(openSync(path, "wx", 0o644));
  } catch (error) {
    if (errno(error) === "EEXIST") throw inUse(folder, process.pid);
    throw error;
  }
}

function otherOwner(folder: string): number | undefined {
  for (const name of readdirSync(folder)) {
    const [, digits, birth] = LOCK_NAME.exec(name) ?? [];
    const pid = Number(digits);
    if (birth === undefined || (pid === process.pid && birth === birthOf(pid))) continue;
    if (isAlive(pid, birth)) return pid;
    rmSync(join(folder, name), { force: true });
  }
  return undefined;
}

function inUse(folder: string, pid: number): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    `Another Holdfast (pid ${pid}) already uses ${folder}: stop it, or set HOLDFAST_DATA_DIR to another folder.`,
  );
}
