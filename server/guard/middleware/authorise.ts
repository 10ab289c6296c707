import type { Reach } from "@/db/scope";
import { outOfReach, refused } from "@/server/guard/errors";
import { isFresh, lacksSecondFactor, SECOND_FACTOR_REQUIRED, STEP_UP_REQUIRED } from "@/server/guard/fresh";
import type { CallerPolicy, RequiredRole } from "@/server/guard/policy";
import type { Identity, PlatformRole } from "@/server/identity/identity";

/** The admin may do what the auditor may; nobody else holds either. */
const ADMITS: Record<RequiredRole, readonly PlatformRole[]> = {
  auditor: ["auditor", "admin"],
  admin: ["admin"],
};

/**
 * How far this caller's grant for the policy's permission goes.
 * @throws Refusal FORBIDDEN when the credential's kind, the platform role or the permission says no, or the workspace asks
 *   for a second factor; STEP_UP_REQUIRED when all is well but the proof, which is not fresh.
 */
export function authorise(identity: Identity, policy: CallerPolicy): Reach {
  if (!policy.callers.includes(identity.kind)) return outOfReach();
  if (policy.access === "role" && !ADMITS[policy.role].includes(identity.platformRole)) return outOfReach();
  if (lacksSecondFactor(identity, policy.permission)) return refused(SECOND_FACTOR_REQUIRED);
  const reach = identity.permissions.get(policy.permission) ?? outOfReach();
  if (policy.fresh && !isFresh(identity)) return refused(STEP_UP_REQUIRED);
  return reach;
}
