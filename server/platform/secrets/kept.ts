import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What `openssl rand -base64 32` makes, in characters that need no quoting. */
export const newSecret = () => randomBytes(32).toString("base64url");

/**
 * A secret beside the data, readable by its owner only: made on the first call, the same until it is rotated.
 * The text is the secret itself, or versions in their notation.
 */
export function keptSecret(dataDir: string, name: string): string {
  const kept = readKeptSecret(dataDir, name);
  if (kept !== undefined) return kept;
  const file = join(dataDir, name);
  const draft = `${file}.${process.pid}`;
  mkdirSync(dataDir, { recursive: true });
  rmSync(draft, { force: true });
  writeFileSync(draft, `${newSecret()}\n`, { flag: "wx", mode: 0o600 });
  try {
    // Whole or not at all, and never over another's: two starts at once end with one secret.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const made = readKeptSecret(dataDir, name);
  if (made === undefined) throw new Error(`${name} in it was taken away`);
  return made;
}

/** Undefined when none was made yet. */
export function readKeptSecret(dataDir: string, name: string): string | undefined {
  try {
    const secret = readFileSync(join(dataDir, name), "utf8").trim();
    // An empty key would sign whatever anybody likes.
    if (!secret) throw new Error(`${name} in it is empty`);
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
