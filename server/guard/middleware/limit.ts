import type { Context } from "@/server/guard/context";
import { overLimit } from "@/server/guard/errors";
import type { Verdict } from "@/server/guard/limiter";
import type { CallLimit } from "@/server/guard/limits";
import type { CallerPolicy } from "@/server/guard/policy";
import type { Principal } from "@/server/identity/identity";
import { networkOf } from "@/server/platform/limits/network";

/**
 * Spends one request of the policy's budget. A caller is one caller from wherever; nobody is a network. It comes before
 * the verdict on permission: a refusal costs what an answer costs, so probing ends.
 * @throws Refusal TOO_MANY_REQUESTS over the budget, SERVICE_UNAVAILABLE when it can not be counted.
 */
export function spendLimit(ctx: Context, name: CallLimit, principal: Principal | null): Promise<void> | void {
  const heed = (verdict: Verdict) => {
    noteVerdict(ctx.spent, verdict);
    if (verdict.outcome === "over" && principal) ctx.noteSpent(verdict);
    if (verdict.outcome !== "within") overLimit(verdict.outcome);
  };
  const verdict = ctx.spend(payersOf(ctx, principal).map((by) => ({ name, by })));
  return verdict instanceof Promise ? verdict.then(heed) : heed(verdict);
}

/** A key spends its own budget, and its owner's: many keys are no more than one caller. */
function payersOf({ address }: Context, principal: Principal | null): (readonly string[])[] {
  if (!principal) return [["address", networkOf(address)]];
  const { kind, userId, keyId } = principal;
  if (kind === "service") return [["service", userId]];
  return [...(keyId ? [["key", keyId]] : []), ["user", userId]];
}

/**
 * Spends one request of what the callers of a workspace have together: whoever is no member was refused before.
 * @throws Refusal as `spendLimit` does.
 */
export function spendTogether(ctx: Context, policy: CallerPolicy, workspaceId: string): Promise<void> | void {
  const { limit: name, workspaceBudget: times } = policy;
  if (times === undefined) return;
  const heed = (verdict: Verdict) => {
    if (verdict.outcome === "within") return;
    ctx.spent.set(name, verdict);
    overLimit(verdict.outcome);
  };
  const verdict = ctx.spend([{ name, by: ["workspace", workspaceId], times }]);
  return verdict instanceof Promise ? verdict.then(heed) : heed(verdict);
}

/** Of several calls in one request the strictest verdict of a budget is told. */
function noteVerdict(spent: Map<string, Verdict>, verdict: Verdict): void {
  const noted = spent.get(verdict.name);
  const isStricter =
    !noted ||
    (noted.outcome === "within" && (verdict.outcome !== "within" || verdict.remaining < noted.remaining));
  if (isStricter) spent.set(verdict.name, verdict);
}
