import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { matches } from "./globs";
import { parse, type Source } from "./source";

const root = join(import.meta.dirname, "../../..");

/** Folders whose code the rules read; a folder that is not there yet is empty. */
const FOLDERS = ["app", "server", "db", "tests"];

/** Every file of those folders, and the code in the root. */
export function paths(): string[] {
  return [...FOLDERS.flatMap(below), ...rootNames().filter((name) => /\.(ts|mjs)$/.test(name))];
}

export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** All code, parsed. */
export function sources(): Source[] {
  return paths()
    .filter((path) => /\.(tsx?|mjs)$/.test(path))
    .map((path) => parse(path, read(path)));
}

/** What lies in the root and is not ignored by git. */
export function rootNames(): string[] {
  const ignored = read(".gitignore").split("\n").filter(Boolean);
  const patterns = ignored.map((line) => line.replace(/\/$/, ""));
  const kept = patterns.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  return readdirSync(root).filter(
    (name) => name !== ".git" && (kept.includes(name) || !patterns.some((line) => matches(line, name))),
  );
}

function below(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    return statSync(join(root, path)).isDirectory() ? below(path) : [path];
  });
}
