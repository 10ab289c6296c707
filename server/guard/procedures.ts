/**
 * The three builders: the only way to make a procedure. Each takes its policy as a required argument and keeps it in
 * the metadata, where tests and documents read it. The order of the guard is the order of the lines below:
 * who calls → budget → may they → repeat (an idempotency key's first answer ends it here) → input (the feature's
 * `.input`) → scope → handler → output → audit row and kept answer → commit → letters. A stream has no repeat and no transaction:
 * `ctx.follow` asks again who calls and what they may, and opens a scope, for each batch.
 */

import { withCompiledSchemas } from "@/server/guard/compiled";
import type { Follow } from "@/server/guard/follow";
import { attemptOf } from "@/server/guard/middleware/attempt";
import { authorise } from "@/server/guard/middleware/authorise";
import { appendAndCommit } from "@/server/guard/middleware/commit";
import { runOnce } from "@/server/guard/middleware/idempotency";
import { identify } from "@/server/guard/middleware/identify";
import { spendLimit, spendTogether } from "@/server/guard/middleware/limit";
import { noteRefusals } from "@/server/guard/middleware/refusals";
import { openScope } from "@/server/guard/middleware/scope";
import { notAStream, runStream } from "@/server/guard/middleware/stream";
import type {
  CallerPolicy,
  Policy,
  ProtectedPolicy,
  PublicPolicy,
  RequiredRole,
} from "@/server/guard/policy";
import { trpc } from "@/server/guard/trpc";
import type { Letter } from "@/server/platform/mail/letter";

export const router = trpc.router;

/** Credentials of people; a service procedure names `["service"]` instead. A key can prove nothing. */
const callersOf = (policy: ProtectedPolicy | undefined) =>
  policy?.fresh ? (["session", "token"] as const) : (["session", "token", "key"] as const);

/** A procedure that anybody may call. The reason is part of the declaration. */
export function publicProcedure(policy: PublicPolicy) {
  const builder = declared({ access: "public", ...policy }).use(({ ctx, path, next }) =>
    noteRefusals(ctx, path, async () => {
      await spendLimit(ctx, policy.limit, null);
      return next();
    }),
  );
  return withCompiledSchemas(builder);
}

/** A procedure for whoever holds the permission in the workspace of the call. */
export function protectedProcedure(policy: ProtectedPolicy) {
  return guarded({ access: "protected", callers: callersOf(policy), workspace: "header", ...policy });
}

/** A procedure for a platform role: `auditor` admits auditor and admin, `admin` admin only. */
export function roleProcedure(role: RequiredRole, policy: ProtectedPolicy) {
  return guarded({ access: "role", role, callers: callersOf(policy), workspace: "header", ...policy });
}

const declared = (policy: Policy) => trpc.procedure.meta({ policy });

function guarded(policy: CallerPolicy) {
  const builder = declared(policy).use(({ ctx, type, path, getRawInput, signal, next }) =>
    // Around everything else, so that it sees whatever refuses the call.
    noteRefusals(ctx, path, async () => {
      const principal = await ctx.identify();
      const counting = spendLimit(ctx, policy.limit, principal);
      // Where it is counted here there is nothing to wait for, and each wait has its price.
      if (counting) await counting;
      const input = await getRawInput();
      const identity = identify(ctx, principal, policy.workspace, input);
      const reach = authorise(identity, policy);
      const countingTogether = spendTogether(ctx, policy, identity.workspaceId);
      if (countingTogether) await countingTogether;
      const { permission } = policy;
      const readOnly = type !== "mutation";
      const { scope, transaction } = openScope(ctx, { identity, permission, reach, readOnly });
      const letters: Letter[] = [];
      if (type === "subscription") {
        // Its scope is closed: each batch has one of its own.
        await transaction.rollback();
        const begin = (follow: Follow) => next({ ctx: { identity, scope, follow, letters } });
        return runStream({ ctx, policy, identity, input, signal, run: begin });
      }
      const attempt = attemptOf(ctx, { type, path, input });
      const run = async () => {
        const result = await next({ ctx: { identity, scope, follow: notAStream, letters } });
        return appendAndCommit({
          ctx,
          identity,
          scope,
          transaction,
          policy,
          result,
          input,
          attempt,
          letters,
        });
      };
      return attempt ? runOnce(attempt, { ctx, scope, transaction, run }) : run();
    }),
  );
  return withCompiledSchemas(builder);
}
