import type { Reach, Scope } from "@/db/scope";
import type { Context } from "@/server/guard/context";
import { refused } from "@/server/guard/errors";
import { type Follow, followIn } from "@/server/guard/follow";
import { authorise } from "@/server/guard/middleware/authorise";
import { identify } from "@/server/guard/middleware/identify";
import { openScope } from "@/server/guard/middleware/scope";
import type { CallerPolicy } from "@/server/guard/policy";
import type { Identity } from "@/server/identity/identity";

interface StreamCall<Result> {
  ctx: Context;
  policy: CallerPolicy;
  identity: Identity;
  input: unknown;
  signal: AbortSignal | undefined;
  run(follow: Follow): Promise<Result>;
}

/**
 * Runs a subscription: takes a place for it, and gives its handler `follow`, which looks at the session again before
 * each batch and opens a scope for that batch alone.
 * @throws Refusal TOO_MANY_REQUESTS when the caller has as many streams as they may.
 */
export async function runStream<Result extends { ok: boolean }>(call: StreamCall<Result>): Promise<Result> {
  const { ctx, policy, identity, input, signal } = call;
  const place = ctx.streams.enter(identity.userId);
  if ("code" in place) return refused(place);
  // A stream that nobody begins to read never comes to its end.
  signal?.addEventListener("abort", place.leave, { once: true });
  if (signal?.aborted) place.leave();
  const inScope = async <Value>(work: (scope: Scope) => Promise<Value>): Promise<Value> => {
    const present = identify(ctx, await ctx.identifyAgain(), policy.workspace, input);
    const reach: Reach = authorise(present, policy);
    const { scope, transaction } = openScope(ctx, {
      identity: present,
      permission: policy.permission,
      reach,
      readOnly: true,
    });
    try {
      const value = await work(scope);
      await transaction.commit();
      return value;
    } finally {
      await transaction.rollback();
    }
  };
  const { workspaceId, userId } = identity;
  const follow = followIn({ streams: ctx.streams, workspaceId, userId, signal, inScope, onEnd: place.leave });
  const result = await call.run(follow);
  if (!result.ok) place.leave();
  return result;
}

/** What a query or a mutation has in place of `follow`. */
export const notAStream: Follow = () => {
  throw new Error("only a subscription follows");
};
