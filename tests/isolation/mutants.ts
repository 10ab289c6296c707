import { AsyncLocalStorage } from "node:async_hooks";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { type SQL, sql } from "drizzle-orm";
import { build } from "esbuild";
import type { CallExpression, Node } from "oxc-parser";
import { nodesOf, parse, type Source, textOf } from "@/tests/architecture/rules/source";
import { sources } from "@/tests/architecture/rules/tree";

type HandleTrpc = typeof import("@/server/http/trpc").handleTrpc;

/** A predicate of a scope at the place where a statement calls it. */
export interface Site {
  name: string;
  path: string;
  start: number;
  end: number;
}

/** The product, built with a switch at every site. */
export interface Mutants {
  sites: Site[];
  handle: HandleTrpc;
  /** Does `work` with one site's predicate saying yes to every row; null takes none out. Tells which sites it met. */
  without<Result>(site: Site | null, work: () => Promise<Result>): Promise<Tried<Result>>;
}

interface Tried<Result> {
  result: Result;
  met: Set<string>;
}

const root = join(import.meta.dirname, "../..");
const SWITCH = "holdfastSite";

interface Run {
  without: string | null;
  met: Set<string>;
}
const runs = new AsyncLocalStorage<Run>();
type Switched = typeof globalThis & { [SWITCH]?: (name: string, predicate: () => SQL) => SQL | undefined };

/**
 * Builds the API from the real sources, each predicate behind a switch of its own (mutant schemata: one build for all
 * mutants). With `narrow` every grant of the permission table reaches the caller's own rows only.
 */
export async function buildMutants({ narrow }: { narrow: boolean }): Promise<Mutants> {
  const tree = sources();
  const sites = sitesIn(tree);
  // Below node_modules, from where the packages that stay outside are found.
  const caches = join(root, "node_modules/.cache");
  mkdirSync(caches, { recursive: true });
  const folder = mkdtempSync(join(caches, "holdfast-mutants-"));
  try {
    const outfile = join(folder, "trpc.mjs");
    await build({
      absWorkingDir: root,
      entryPoints: ["server/http/trpc.ts"],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      packages: "external",
      logLevel: "silent",
      plugins: [
        {
          name: "switches",
          setup: ({ onLoad }) =>
            onLoad({ filter: /[\\/](server|db)[\\/].*\.ts$/ }, ({ path }) => {
              const own = relative(root, path).replaceAll("\\", "/");
              const text = readFileSync(path, "utf8");
              const here = sites.filter((site) => site.path === own);
              if (own === KEPT) return { contents: unkept(text), loader: "ts" };
              const switched = own === PERMISSIONS && narrow ? narrowed(text) : withSwitches(text, here);
              return { contents: switched, loader: "ts" };
            }),
        },
      ],
    });
    const bundle: { handleTrpc: HandleTrpc } = await import(/* @vite-ignore */ pathToFileURL(outfile).href);
    install();
    return { sites, handle: bundle.handleTrpc, without };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function install(): void {
  (globalThis as Switched)[SWITCH] = (name, predicate) => {
    const run = runs.getStore();
    run?.met.add(name);
    return run?.without === name ? sql`true` : predicate();
  };
}

async function without<Result>(site: Site | null, work: () => Promise<Result>): Promise<Tried<Result>> {
  const run = { without: site?.name ?? null, met: new Set<string>() };
  return { result: await runs.run(run, work), met: run.met };
}

function withSwitches(text: string, sites: Site[]): string {
  return sites
    .toSorted((a, b) => b.start - a.start)
    .reduce(
      (rest, { name, start, end }) =>
        `${rest.slice(0, start)}globalThis.${SWITCH}(${JSON.stringify(name)}, () => ${rest.slice(start, end)})${rest.slice(end)}`,
      text,
    );
}

const KEPT = "db/kept.ts";

/** Every query is written anew each time: a switch is asked when its predicate is written. */
function unkept(text: string): string {
  const without = text.replace("forms.set(name, form);", "");
  if (without === text) throw new Error(`${KEPT} keeps its queries in another way`);
  return without;
}

const PERMISSIONS = "server/guard/permissions.ts";

function narrowed(text: string): string {
  const cells = nodesOf(parse(PERMISSIONS, text).program, "ArrayExpression").flatMap(({ elements }) =>
    elements.filter((cell) => cell?.type === "Literal" && cell.value === "any"),
  );
  if (cells.length === 0) throw new Error(`${PERMISSIONS} has no cell that says "any"`);
  return cells
    .toSorted((a, b) => (b?.start ?? 0) - (a?.start ?? 0))
    .reduce((rest, cell) => `${rest.slice(0, cell?.start)}"own"${rest.slice(cell?.end)}`, text);
}

const STATEMENTS = /^(server\/features\/[^/]+\/queries\.ts|server\/guard\/.*\.ts|db\/scope\.ts)$/;

/** Every call of a predicate, and every comparison with the scope's workspace or user, in any statement. */
export function sitesIn(tree: Source[]): Site[] {
  const scope = tree.find(({ path }) => path === "db/scope.ts");
  const predicates = scope ? conditionsOf(scope) : [];
  const named = new Map<string, number>();
  return tree
    .filter(({ path }) => STATEMENTS.test(path))
    .flatMap((source) =>
      nodesOf(source.program, "CallExpression")
        .filter((call) => isPredicate(source, call, predicates))
        .map((call) => siteAt(source, call, named)),
    );
}

/** What `db/scope.ts` exports as a condition of a statement, whatever its arguments are. */
function conditionsOf(scope: Source): string[] {
  return nodesOf(scope.program, "FunctionDeclaration").flatMap((node) => {
    const answers = node.returnType ? textOf(scope, node.returnType.typeAnnotation) : "";
    const takesScope = node.params.some((param) => /:\s*Scope\b/.test(textOf(scope, param)));
    return takesScope && /^SQL( \| undefined)?$/.test(answers) && node.id ? [node.id.name] : [];
  });
}

function isPredicate(source: Source, call: CallExpression, predicates: string[]): boolean {
  if (call.callee.type !== "Identifier") return false;
  if (predicates.includes(call.callee.name)) return true;
  // In db/scope.ts such a comparison is a predicate's own body.
  const compares = call.arguments.some((side) => /^scope\.(workspaceId|userId)$/.test(textOf(source, side)));
  return compares && source.path !== "db/scope.ts";
}

function siteAt(source: Source, call: CallExpression, named: Map<string, number>): Site {
  const place = source.path.replace(/^server\/(features\/)?/, "").replace(/(\/queries)?\.ts$/, "");
  const name = `${place} ${functionAround(call)} ${textOf(source, call)}`;
  const times = (named.get(name) ?? 0) + 1;
  named.set(name, times);
  const { start, end } = call;
  return { name: times === 1 ? name : `${name} #${times}`, path: source.path, start, end };
}

const isKept = (node: Node | null) =>
  node?.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === "kept";

function functionAround(node: Node): string {
  if (node.type === "FunctionDeclaration") return node.id?.name ?? "";
  if (node.type === "VariableDeclarator" && isKept(node.init))
    return node.id.type === "Identifier" ? node.id.name : "";
  if (node.type === "Property" && node.method && node.key.type === "Identifier") return node.key.name;
  return node.parent ? functionAround(node.parent) : "";
}
