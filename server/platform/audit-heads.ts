import { appendFileSync, readFileSync } from "node:fs";
import type { Log } from "@/server/platform/log";

/** What is said of a seal outside the database. The HMAC vouches for all rows up to it. */
export interface Head {
  number: number;
  hmac: string;
  rows: number;
}

/** Tells heads to the log, and to a file where one is set: who cuts the tail of the database can not cut those. */
export function createHeadTeller(log: Log, file: string | null): (head: Head) => void {
  // A file that can not be written is told at the start, not at the first seal.
  if (file) appendFileSync(file, "", { mode: 0o600 });
  return (head) => {
    log.info({ event: "audit_sealed", ...head }, "audit sealed");
    if (!file) return;
    try {
      appendFileSync(file, `${head.number} ${head.hmac}\n`);
    } catch (error) {
      log.error({ event: "audit_head_not_kept", number: head.number, message: (error as Error).message });
    }
  };
}

/**
 * Heads by number, as files of ours hold them: one `number hmac` a line. Several replicas may share a file, and a file
 * may have been rotated into several.
 * @throws Error when a line is no head, or when two lines name one number and different HMACs.
 */
export function readHeads(files: readonly string[]): Map<number, string> {
  const heads = new Map<number, string>();
  for (const file of files) {
    for (const [index, line] of readFileSync(file, "utf8").split("\n").entries()) {
      if (line === "") continue;
      const [, number = "", hmac = ""] = /^(\d+) ([\w-]{43})$/.exec(line) ?? [];
      if (!hmac) throw new Error(`${file}, line ${index + 1}: is not the head of a seal`);
      const known = heads.get(Number(number));
      if (known !== undefined && known !== hmac)
        throw new Error(`${file}, line ${index + 1}: seal ${number} was announced before with another HMAC`);
      heads.set(Number(number), hmac);
    }
  }
  return heads;
}
