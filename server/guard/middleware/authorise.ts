import type { Reach } from "@/db/scope";
import { outOfReach } from "@/server/guard/errors";
import type { CallerPolicy, RequiredRole } from "@/server/guard/policy";
import type { Identity, PlatformRole } from "@/server/identity/identity";

/** The admin may do what the auditor may; nobody else holds either. */
const ADMITS: Record<RequiredRole, readonly PlatformRole[]> = {
  auditor: ["auditor", "admin"],
  admin: ["admin"],
};

/**
 * How far this caller's grant for the policy's permission goes.
 * @throws Refusal FORBIDDEN when the credential's kind, the platform role or the permission says no.
 */
export function authorise(identity: Identity, policy: CallerPolicy): Reach {
  if (!policy.callers.includes(identity.kind)) return outOfReach();
  if (policy.access === "role" && !ADMITS[policy.role].includes(identity.platformRole)) return outOfReach();
  return identity.permissions.get(policy.permission) ?? outOfReach();
}
