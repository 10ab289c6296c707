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
  const scope = new OpenScope(transaction, identity, reach) as unknown as Scope;
  return { transaction, scope };
}

/** A class: a literal with a getter costs ten times as much, and grows old (docs/decisions/0017). */
class OpenScope implements Pick<Scope, Extract<keyof Scope, string>> {
  readonly #transaction: Transaction;
  readonly unsafe: Transaction["unsafe"];
  readonly workspaceId: string;
  readonly userId: string;
  readonly reach: Reach;
  readonly changes: Change[] = [];

  constructor(transaction: Transaction, { workspaceId, userId }: Identity, reach: Reach) {
    this.#transaction = transaction;
    this.unsafe = transaction.unsafe;
    this.workspaceId = workspaceId;
    this.userId = userId;
    this.reach = reach;
  }

  /** Drizzle is set up for those who write their query anew. */
  get tx(): Transaction["db"] {
    return this.#transaction.db;
  }
}
