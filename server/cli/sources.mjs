import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

export const root = join(import.meta.dirname, "../..");

/** All that the bundled server and command line are made of. */
export const serverSources = ["server", "db", "drizzle", "tsconfig.json", "package-lock.json"];

/** All that `next build` reads besides. */
export const allSources = [
  ...serverSources,
  "app",
  "public",
  "proxy.ts",
  "package.json",
  "next.config.ts",
  "tsconfig.build.json",
  "postcss.config.mjs",
];

/**
 * A digest of names and contents. Not of times: a fresh clone, an unpacked archive or a restored cache
 * gives every file a new time, and an old time to a newer file.
 */
export function fingerprint(sources) {
  const hash = createHash("sha256");
  for (const path of sources.flatMap((name) => files(join(root, name))).sort()) {
    const content = createHash("sha256").update(readFileSync(path)).digest("hex");
    hash.update(`${relative(root, path).replaceAll("\\", "/")}\0${content}\n`);
  }
  return hash.digest("hex");
}

function files(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.isFile()) return [path];
  return readdirSync(path).flatMap((name) => (name.startsWith(".") ? [] : files(join(path, name))));
}
