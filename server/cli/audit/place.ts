import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** File and line where a procedure is declared, as far as its name leads there. */
export function placeOf(root: string, procedure: string): string {
  const [noun = "", verb = ""] = procedure.split(".");
  const folder = noun.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const file = `server/features/${folder}/router.ts`;
  if (!existsSync(join(root, file))) return "server/router.ts";
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  const line = lines.findIndex((text) => text.trimStart().startsWith(`${verb}:`));
  return line < 0 ? file : `${file}:${line + 1}`;
}
