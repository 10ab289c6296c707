import type { Scope } from "@/db/scope";
import type { Transaction } from "@/db/transaction";
import { appendChange, deedOf } from "@/server/guard/audit";
import type { Context } from "@/server/guard/context";
import { type Attempt, remember } from "@/server/guard/idempotency";
import { databaseRole } from "@/server/guard/permissions";
import type { CallerPolicy } from "@/server/guard/policy";
import { resourceIdOf } from "@/server/guard/resource-id";
import type { Identity } from "@/server/identity/identity";
import type { Letter } from "@/server/platform/mail/letter";

interface Ending<Result> {
  ctx: Context;
  identity: Identity;
  scope: Scope;
  transaction: Transaction;
  policy: CallerPolicy;
  result: Result;
  input: unknown;
  attempt: Attempt | null;
  /** Posted after the commit: nobody is told of what did not happen. */
  letters: readonly Letter[];
}

/**
 * Ends the transaction of a call. tRPC's `next()` never rejects: it resolves `{ ok: false }`, so a failed mutation
 * would commit if nobody looked. The audit row and the answer kept for a repeat are in the same transaction.
 */
export async function appendAndCommit<Result extends { ok: boolean }>(end: Ending<Result>): Promise<Result> {
  const { ctx, identity, scope, transaction, policy, result, input, attempt, letters } = end;
  if (!result.ok) return transaction.rollback().then(() => result);
  try {
    const data = "data" in result ? result.data : undefined;
    const resourceId = resourceIdOf(data, input);
    const { audit: action, permission } = policy;
    const event =
      action && appendChange(scope, Object.assign(deedOf(ctx, identity, permission), { action, resourceId }));
    const kept = { resourceId, answer: policy.secret ? null : { data } };
    const answer = attempt && remember(scope, attempt, kept);
    const rows = (event || answer) && Promise.all([event, answer]);
    await (rows ? commitWith(rows, transaction, attempt !== null) : transaction.commit());
    if (event) ctx.noteChange(scope.workspaceId);
    // Whoever is told that a right is gone finds it gone, here at once and elsewhere within the second.
    if (policy.audit && databaseRole(policy.permission) === "holdfast_identity") await ctx.settleAccess();
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
  for (const letter of letters) ctx.postMail(letter);
  return result;
}

/** Commits behind rows that are on their way, in one packet: where one is refused, nothing is kept. */
async function commitWith(rows: Promise<unknown>, transaction: Transaction, isLate: boolean): Promise<void> {
  // Drizzle sends an answer to keep a turn later than a kept query.
  if (isLate) await rows;
  for (const end of await Promise.allSettled([rows, transaction.commit()]))
    if (end.status === "rejected") throw end.reason;
}
