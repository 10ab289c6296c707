import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where what the bench builds lies; git and the tools pass it by. */
export const BUILT = "dist/bench";

/** Whether a part was built from sources with this fingerprint. */
export function isBuilt(part: string, stamp: string): boolean {
  const file = stampOf(part);
  return existsSync(file) && readFileSync(file, "utf8") === stamp;
}

export function noteBuilt(part: string, stamp: string): void {
  mkdirSync(BUILT, { recursive: true });
  writeFileSync(stampOf(part), stamp);
}

const stampOf = (part: string) => join(BUILT, `${part}.stamp`);
