import type { Change } from "@/db/detail";
import type { Reach, Scope } from "@/db/scope";
import type { Transaction } from "@/db/transaction";
import type { Context } from "@/server/guard/context";
import { databaseRole, type Permission } from "@/server/guard/permissions";
import type { Identity } from "@/server/identity/identity";

interface Opened {
  scope: Scope;
  transaction: Transaction;
}

/**
 * Mints the scope of one call: the only place where one comes into being. The transaction behind it opens at the
 * first statement, under the database role of the permission's resource.
 */
export function openScope(ctx: Context, identity: Identity, permission: Permission, reach: Reach): Opened {
  const transaction = ctx.openTransaction({
    role: databaseRole(permission),
    workspaceId: identity.workspaceId,
    userId: identity.userId,
    reach,
    workspaceIds: [...identity.memberships.keys()],
    service: identity.kind === "service",
  });
  const { workspaceId, userId } = identity;
  const changes: Change[] = [];
  return { transaction, scope: { tx: transaction.db, workspaceId, userId, reach, changes } as Scope };
}
