import type { Context } from "@/server/guard/context";
import { outOfReach } from "@/server/guard/errors";
import { permissionsHeld } from "@/server/guard/permissions";
import type { WorkspaceSource } from "@/server/guard/policy";
import { copyOf, type Identity, type Principal } from "@/server/identity/identity";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Who calls, and in which workspace. A workspace that is foreign, unknown, left or no id at all: the uniform 403.
 * @throws Refusal FORBIDDEN when the principal is no member of the workspace, or a key
 * that is bound to another.
 */
export function identify(
  ctx: Context,
  principal: Principal,
  source: WorkspaceSource,
  rawInput: unknown,
): Identity {
  const key = KEY_OF[source];
  const named = (key && idOf(rawInput, key)) ?? ctx.workspaceId;
  const workspaceId = named?.toLowerCase() ?? principal.boundTo ?? principal.personalWorkspaceId;
  const workspaceRole = principal.memberships.get(workspaceId);
  const isElsewhere = principal.boundTo !== null && principal.boundTo !== workspaceId;
  if (!workspaceRole || isElsewhere) return outOfReach();
  const permissions = permissionsHeld(principal, workspaceRole);
  return Object.assign(copyOf(principal), { workspaceId, workspaceRole, permissions });
}

const KEY_OF = { header: null, input: "id", "input.workspaceId": "workspaceId" } as const;

/** The input is not parsed yet: what is no id here is refused as input later. */
function idOf(rawInput: unknown, key: "id" | "workspaceId"): string | null {
  if (typeof rawInput !== "object" || rawInput === null || !(key in rawInput)) return null;
  const value: unknown = rawInput[key as keyof typeof rawInput];
  return typeof value === "string" && UUID.test(value) ? value : null;
}
