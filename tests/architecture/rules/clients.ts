import { matchesAny } from "./globs";
import { importsOf, withoutEnding } from "./imports";
import { type Finding, finding, type Source } from "./source";

/** Server files made for both sides; what they may import themselves is the layers' matter. */
const BOTH_SIDES = ["server/features/*/schema", "server/guard/input"];
const SERVER_PACKAGES = /^(node:.*|server-only|next\/headers|next\/server|pino|postgres|drizzle-orm.*)$/;

/** All that the browser gets: from each "use client" file along its value imports. */
export function clientsHoldNoServerCode(sources: Source[]): Finding[] {
  const byPath = new Map(sources.map((source) => [withoutEnding(source.path), source]));
  const seen = new Set<Source>();
  const found: Finding[] = [];
  const follow = (source: Source, by: string) => {
    if (seen.has(source)) return;
    seen.add(source);
    for (const { target, isPackage, isType, start } of importsOf(source)) {
      if (isType) continue;
      const path = `${by} → ${target}`;
      if (isPackage ? SERVER_PACKAGES.test(target) : isServers(target))
        found.push(finding(source, { start }, `takes server code into the browser (${path})`));
      const next = isPackage || matchesAny(BOTH_SIDES, target) ? undefined : byPath.get(target);
      if (next && !isServers(target)) follow(next, path);
    }
  };
  for (const source of sources)
    if (source.path.startsWith("app/") && isClient(source)) follow(source, source.path);
  return found;
}

function isServers(target: string): boolean {
  return /^(server|db)\//.test(target) ? !matchesAny(BOTH_SIDES, target) : target === "app/_api/server";
}

function isClient({ program }: Source): boolean {
  return program.body.some(
    (node) => node.type === "ExpressionStatement" && "directive" in node && node.directive === "use client",
  );
}
