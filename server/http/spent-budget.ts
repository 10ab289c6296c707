import { limitError } from "@/server/guard/errors";
import type { Verdict } from "@/server/guard/limiter";
import type { CallLimit } from "@/server/guard/limits";
import { eventOf } from "@/server/guard/refusals/refusal";
import type { Call } from "@/server/http/exchange";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import type { HeaderReader } from "@/server/identity/identify";
import { CERTIFICATE_HEADER } from "@/server/identity/keys/certificate";
import type { Runtime } from "@/server/runtime";

/** The procedure that a request calls, and the budget that it spends. */
export interface Called {
  procedure: string;
  limit: CallLimit;
}

/**
 * Refuses what the guard would refuse, without coming that far: the verdict on a call of whoever was over this budget a
 * moment ago, with the evidence that the guard would leave.
 */
export function spentBudgetIn(
  { spentBudgets, noteRefusal }: Pick<Runtime, "spentBudgets" | "noteRefusal">,
  calledBy: (call: Call) => Called | undefined,
) {
  return (call: Call, requestId: string): Verdict | undefined => {
    if (spentBudgets.isIdle()) return undefined;
    const credential = presentedIn(call.headers);
    const called = credential === null ? undefined : calledBy(call);
    if (credential === null || !called) return undefined;
    const spent = spentBudgets.find(credential, called.limit);
    const event = spent && eventOf(limitError("over"));
    if (!spent || !event) return undefined;
    const address = call.headers.get(CLIENT_ADDRESS_HEADER);
    noteRefusal({ ...event, target: called.procedure, caller: spent.caller, address, requestId });
    return spent.verdict;
  };
}

/**
 * All that a request says of who it is from; null where that is nothing. Not of certificates: whom one stands for depends on
 * the workspace, too.
 */
export function presentedIn(headers: HeaderReader): string | null {
  if (headers.get(CERTIFICATE_HEADER) !== null) return null;
  const all = [headers.get("authorization"), headers.get("x-api-key"), headers.get("cookie")];
  return all.every((one) => one === null) ? null : JSON.stringify(all);
}
