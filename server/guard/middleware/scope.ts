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

interface Wanted {
  identity: Identity;
  permission: Permission;
  reach: Reach;
  /** What is no mutation writes nothing: the database keeps to it. */
  readOnly: boolean;
}

/**
 * Mints the scope of one call: the only place where one comes into being. The transaction behind it opens at the
 * first statement, under the database role of the permission's resource.
 */
export function openScope(ctx: Context, { identity, permission, reach, readOnly }: Wanted): Opened {
  const transaction = ctx.openTransaction({
    role: databaseRole(permission),
    workspaceId: identity.workspaceId,
    userId: identity.userId,
    reach,
    workspaceIds: [...identity.memberships.keys()],
    service: identity.kind === "service",
    readOnly,
  });
  const { workspaceId, userId } = identity;
  const changes: Change[] = [];
  const { unsafe } = transaction;
  // Drizzle is set up for those who write their query anew.
  const scope = {
    unsafe,
    workspaceId,
    userId,
    reach,
    changes,
    get tx() {
      return transaction.db;
    },
  } as Scope;
  return { transaction, scope };
}
