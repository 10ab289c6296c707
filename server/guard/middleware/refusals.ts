import type { Context } from "@/server/guard/context";
import { isDecision, publicError } from "@/server/guard/errors";
import { eventOf } from "@/server/guard/refusals/refusal";

/**
 * Runs the rest of a call, and notes what refused it: whichever way the call came in, over HTTP or from a page.
 * tRPC's `next()` never rejects, whatever throws below.
 */
export async function noteRefusals<Result extends { ok: boolean }>(
  ctx: Context,
  path: string,
  next: () => Promise<Result>,
): Promise<Result> {
  const result = await next();
  if (!result.ok && "error" in result) {
    const event = eventOf(publicError(result.error), isDecision(result.error));
    const { address, requestId } = ctx;
    if (event) ctx.noteRefusal({ ...event, target: path, caller: ctx.caller(), address, requestId });
  }
  return result;
}
