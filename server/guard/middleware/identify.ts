import type { Context } from "@/server/guard/context";
import { outOfReach } from "@/server/guard/errors";
import { permissionsOf } from "@/server/guard/permissions";
import type { WorkspaceSource } from "@/server/guard/policy";
import type { Identity } from "@/server/identity/identity";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Who calls, and in which workspace. A workspace that is foreign, unknown, left or no id at all: the uniform 403.
 * @throws Unauthenticated when there is no principal; Refusal FORBIDDEN when it is no member of the workspace.
 */
export async function identify(ctx: Context, source: WorkspaceSource, rawInput: unknown): Promise<Identity> {
  const principal = await ctx.identify();
  const key = KEY_OF[source];
  const named = (key && idOf(rawInput, key)) ?? ctx.workspaceId;
  const workspaceId = named?.toLowerCase() ?? principal.personalWorkspaceId;
  const workspaceRole = principal.memberships.get(workspaceId);
  if (!workspaceRole) return outOfReach();
  return {
    ...principal,
    workspaceId,
    workspaceRole,
    permissions: permissionsOf(principal.platformRole, workspaceRole),
  };
}

const KEY_OF = { header: null, input: "id", "input.workspaceId": "workspaceId" } as const;

/** The input is not parsed yet: what is no id here is refused as input later. */
function idOf(rawInput: unknown, key: "id" | "workspaceId"): string | null {
  if (typeof rawInput !== "object" || rawInput === null || !(key in rawInput)) return null;
  const value: unknown = rawInput[key as keyof typeof rawInput];
  return typeof value === "string" && UUID.test(value) ? value : null;
}
