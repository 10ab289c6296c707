import { keysOf } from "@/server/cli/audit/auth-routes";
import type { RouteCoverage } from "@/server/cli/audit/route";
import { type Fault, fault } from "@/server/guard/fault";
import { LIMITS } from "@/server/guard/limits";
import { looseAt, type Schema } from "@/server/guard/strictness";
import { TOKEN_ROUTES, TOKENS_BASE, type TokenRoute } from "@/server/http/token-routes";

/** The routes by which programs come by tokens; all of them are in the table, and the handler serves no other. */
export function tokenRouteCoverage(routes: readonly TokenRoute[] = TOKEN_ROUTES): RouteCoverage[] {
  return routes.map((route) => {
    const { path, reason, authentication, limit, audit, body } = route;
    return {
      name: `POST ${TOKENS_BASE}${path}`,
      kind: "token route",
      place: "server/http/token-routes.ts",
      guard: `public: ${reason}`,
      ...{ authentication, limit, audit: audit || "-" },
      body: keysOf(body as unknown as Schema),
      faults: faultsOf(route),
    };
  });
}

function faultsOf({ reason, limit, audit, body }: TokenRoute): Fault[] {
  const faults: Fault[] = [];
  if (!reason.trim()) faults.push(fault("noReason"));
  if (!Object.hasOwn(LIMITS, limit)) faults.push(fault("noLimit"));
  if (!audit.trim()) faults.push(fault("noRouteAudit"));
  const at = looseAt(body as unknown as Schema);
  if (at !== null) faults.push(fault("looseInput", at === "" ? "the body itself" : at));
  return faults;
}
