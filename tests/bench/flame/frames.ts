import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { CallFrame } from "@/tests/bench/flame/profile";

/** A function by name and place: a path of the repository, `npm:package`, `node:module`, or nothing for native code. */
export interface Frame {
  name: string;
  place: string;
}

/** Reads the places of functions, those of bundles by their source maps. */
export function createNamer(): (call: CallFrame) => Frame {
  const maps = new Map<string, SourceMap | null>();
  const mapOf = (file: string) => {
    const known = maps.get(file);
    if (known !== undefined) return known;
    const map = existsSync(`${file}.map`)
      ? new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")))
      : null;
    maps.set(file, map);
    return map;
  };
  return ({ functionName, url, lineNumber, columnNumber }) => {
    const name = functionName || "(anonymous)";
    if (!url.startsWith("file:")) return { name, place: url.startsWith("node:") ? url : "" };
    const file = fileURLToPath(url);
    // Packages are named by their own folder; their maps lead out of it.
    const entry = file.includes("/node_modules/")
      ? undefined
      : mapOf(file)?.findEntry(lineNumber, columnNumber);
    const original = entry && "originalSource" in entry ? entry.originalSource : undefined;
    const source = typeof original === "string" ? resolve(dirname(file), original) : file;
    return { name, place: placeOf(source) };
  };
}

/** Never a path of this machine. */
function placeOf(file: string): string {
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file);
  if (inPackage) return `npm:${inPackage[1]}`;
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? "" : path;
}
