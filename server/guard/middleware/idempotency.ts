import type { Scope } from "@/db/scope";
import type { Transaction } from "@/db/transaction";
import type { Context } from "@/server/guard/context";
import { conflict, outOfReach, unprocessable } from "@/server/guard/errors";
import { type Attempt, claim } from "@/server/guard/idempotency";

interface Place<Result> {
  ctx: Context;
  scope: Scope;
  transaction: Transaction;
  run(): Promise<Result>;
}

/** Gives the first answer again, or runs the call. Whoever comes here has passed the guard this time, too. */
export async function runOnce<Result>(attempt: Attempt, call: Place<Result>): Promise<Result> {
  const answer = await firstAnswer(attempt, call);
  if (!answer) return call.run();
  call.ctx.noteReplay();
  // What `next()` would give: tRPC looks at these two, and has parsed the answer the first time.
  return { ok: true, data: answer.data } as Result;
}

/** Null, with the transaction left open, when the call is to run. */
async function firstAnswer(attempt: Attempt, { scope, transaction }: Place<unknown>) {
  let toRun = false;
  try {
    const earlier = await claim(scope, attempt);
    if (earlier === "running")
      return conflict(
        "IDEMPOTENCY_IN_PROGRESS",
        "The first call with this key has not ended. Try again shortly.",
      );
    toRun = earlier === null;
    if (earlier === null) return null;
    if (earlier.fingerprint !== attempt.fingerprint)
      return unprocessable("IDEMPOTENCY_KEY_REUSED", "This key stands for another procedure or input.");
    if (earlier.reach === "any" && scope.reach === "own") return outOfReach();
    return (
      earlier.answer ?? conflict("ALREADY_DONE", "This is done. Its answer is not kept.", earlier.resourceId)
    );
  } finally {
    if (!toRun) await transaction.rollback();
  }
}
