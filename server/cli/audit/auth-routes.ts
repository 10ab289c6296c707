import type { RouteCoverage } from "@/server/cli/audit/route";
import { type Fault, fault } from "@/server/guard/fault";
import { LIMITS } from "@/server/guard/limits";
import { looseAt, type Schema } from "@/server/guard/strictness";
import { AUTH_ROUTES, type AuthRoute } from "@/server/http/auth-routes";
import { CLOSED_AUTH_PATHS } from "@/server/http/auth-routes-closed";

const TABLE = "server/http/auth-routes.ts";

/** @param paths Every path that Better Auth would serve. */
export function authRouteCoverage(
  paths: readonly string[],
  open: readonly AuthRoute[] = AUTH_ROUTES,
): RouteCoverage[] {
  const known = new Set([...open.map(({ path }) => path), ...CLOSED_AUTH_PATHS]);
  const undecided = [...new Set(paths)].filter((path) => !known.has(path));
  return [
    ...open.map((route) => ofRoute(route, paths)),
    ...undecided.map((path) => ({
      name: `/api/auth${path}`,
      kind: "auth route" as const,
      place: TABLE,
      guard: "-",
      authentication: "-",
      limit: "-",
      audit: "-",
      body: "-",
      faults: [fault("inNeitherList")],
    })),
  ];
}

function ofRoute(route: AuthRoute, paths: readonly string[]): RouteCoverage {
  const { method, path, reason, limit, audit, body, needsSession, fresh } = route;
  return {
    name: `${method} /api/auth${path}`,
    kind: "auth route",
    place: TABLE,
    guard: `public: ${reason}`,
    authentication: needsSession ? `session${fresh ? ", fresh" : ""}` : "none",
    limit,
    audit: auditWords(audit) ?? "-",
    body: body ? keysOf(body as unknown as Schema) : "none",
    faults: faultsOf(route, paths),
  };
}

function faultsOf(
  { method, path, reason, limit, audit, body }: AuthRoute,
  paths: readonly string[],
): Fault[] {
  const faults: Fault[] = [];
  if (!paths.includes(path)) faults.push(fault("notThere"));
  if (CLOSED_AUTH_PATHS.has(path)) faults.push(fault("inBothLists"));
  if (!reason.trim()) faults.push(fault("noReason"));
  if (!Object.hasOwn(LIMITS, limit ?? "")) faults.push(fault("noLimit"));
  if (!auditWords(audit)) faults.push(fault("noRouteAudit"));
  if (method !== "GET" && !body) faults.push(fault("uncheckedBody"));
  const at = body ? looseAt(body as unknown as Schema) : null;
  if (at !== null) faults.push(fault("looseInput", at === "" ? "the body itself" : at));
  return faults;
}

/** The names that a body may hold. */
export function keysOf(schema: Schema): string {
  const { shape, innerType } = schema._zod.def;
  if (innerType) return keysOf(innerType);
  return Object.keys(shape ?? {}).join(", ") || "none";
}

/** The event, or the reason for none; undefined when nobody said either. */
function auditWords(audit: AuthRoute["audit"] | undefined): string | undefined {
  if (!audit) return undefined;
  if ("event" in audit) return audit.event;
  return audit.none.trim() === "" ? undefined : `none: ${audit.none}`;
}
