import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AUTH_ROUTES } from "@/server/http/auth-routes";
import { CLOSED_AUTH_PATHS } from "@/server/http/auth-routes-closed";
import { PUBLIC_DOCUMENTS } from "@/server/http/rest-reference";

/** A way in that is no procedure: a file of Next's, or a route of Better Auth's. */
export interface RouteCoverage {
  name: string;
  kind: "file route" | "auth route";
  reason: string;
  faults: string[];
}

/** Every file route there may be, and what guards it. */
const FILE_ROUTES: Record<string, string> = {
  "app/api/trpc/[trpc]/route.ts": "guarded procedure by procedure",
  "app/api/auth/[...all]/route.ts": "guarded route by route, by server/http/auth-routes.ts",
  "app/api/health/route.ts": "public: says only that the process answers",
  "app/api/ready/route.ts": "public: says only which parts answer",
  "app/api/v1/[[...path]]/route.ts": "guarded procedure by procedure, by server/http/rest-operations.ts",
  "app/api/v1/openapi.json/route.ts": publicly("/api/v1/openapi.json"),
  "app/api/docs/route.ts": publicly("/api/docs"),
};

function publicly(path: string): string {
  const { reason = "", limit = "" } = PUBLIC_DOCUMENTS.find((document) => document.path === path) ?? {};
  return reason && limit ? `public: ${reason} Budget ${limit}, by address.` : "";
}

/** What a page must not hold: the data without the caller. */
const PAST_THE_GUARD = /from "(@\/db\/|@\/server\/(?!router"|features\/[^/]+\/schema"))|from "drizzle-orm/;
/** The two ways from a page's side to the server, both through the guard. */
const BRIDGES = /^app\/(?:_api\/server\.ts|api\/.+\/route\.ts)$/;

/** @param root The repository: routes are read from its sources, not from a build. */
export function fileRouteCoverage(root: string): RouteCoverage[] {
  const files = readdirSync(join(root, "app"), { recursive: true, encoding: "utf8" })
    .map((file) => `app/${file.replaceAll("\\", "/")}`)
    .filter((file) => /\.tsx?$/.test(file))
    .sort();
  const routes = files.filter((file) => /\/route\.tsx?$/.test(file)).map((file) => ofRoute(file));
  const past = files.filter((file) => !BRIDGES.test(file)).flatMap((file) => ofPage(root, file));
  return [...routes, ...past];
}

function ofRoute(name: string): RouteCoverage {
  const reason = FILE_ROUTES[name];
  const faults = reason
    ? []
    : ["is a way in that nobody decided on; guard it, and list it in server/cli/audit/routes.ts"];
  return { name, kind: "file route", reason: reason ?? "-", faults };
}

function ofPage(root: string, name: string): RouteCoverage[] {
  if (!PAST_THE_GUARD.test(readFileSync(join(root, name), "utf8"))) return [];
  const faults = ["reads data past the guard; call a procedure through app/_api/server.ts"];
  return [{ name, kind: "file route", reason: "-", faults }];
}

/** @param paths Every path that Better Auth would serve. */
export function authRouteCoverage(paths: readonly string[]): RouteCoverage[] {
  const open = AUTH_ROUTES.map(({ method, path, reason }) => ({
    name: `${method} /api/auth${path}`,
    kind: "auth route" as const,
    reason: `public: ${reason}`,
    faults: paths.includes(path)
      ? []
      : ["is not a route of Better Auth's; take it out of server/http/auth-routes.ts"],
  }));
  const known = new Set([...AUTH_ROUTES.map(({ path }) => path), ...CLOSED_AUTH_PATHS]);
  const undecided = [...new Set(paths)].filter((path) => !known.has(path));
  const faults = ["is in neither list; decide in server/http/auth-routes.ts or auth-routes-closed.ts"];
  return [
    ...open,
    ...undecided.map((path) => ({
      name: `/api/auth${path}`,
      kind: "auth route" as const,
      reason: "-",
      faults,
    })),
  ];
}
