import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** What other programs see in place of our environment, whose secrets are none of theirs. */
export const BARE_ENVIRONMENT = {
  LC_ALL: "C",
  TZ: "UTC",
  // Next's types demand NODE_ENV everywhere.
} as unknown as NodeJS.ProcessEnv;

const UNKNOWN = "unknown";

/**
 * Text that tells a process from any later one with the same pid: when it began, and in which boot of the machine.
 * Undefined when the process is gone; a zombie is gone, for in a container nobody may ever collect it.
 */
export function birthOf(pid: number): string | undefined {
  if (!answersSignals(pid)) return undefined;
  if (process.platform === "linux") return linuxBirth(pid);
  if (process.platform === "win32") return UNKNOWN;
  try {
    const began = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: BARE_ENVIRONMENT,
    });
    return String(Date.parse(`${began.trim()} UTC`) / 1000 || UNKNOWN);
  } catch {
    return UNKNOWN;
  }
}

/** Whether the process that had this pid and birth still lives. What cannot be known counts as alive. */
export function isAlive(pid: number, birth: string): boolean {
  const now = birthOf(pid);
  return now !== undefined && (now === birth || now === UNKNOWN || birth === UNKNOWN);
}

/** The name of a running program ("postgres"), or undefined when it cannot be known. */
export function programOf(pid: number): string | undefined {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    if (process.platform === "win32") return undefined;
    const path = execFileSync("ps", ["-o", "comm=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return path.slice(path.lastIndexOf("/") + 1);
  } catch {
    return undefined;
  }
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function linuxBirth(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // proc_pid_stat(5): the program's name is in brackets and may hold spaces; then state, …, starttime (22nd).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
    return fields[19] === undefined ? UNKNOWN : `${boot}.${fields[19]}`;
  } catch {
    return UNKNOWN;
  }
}
