import type { Context } from "@/server/guard/context";
import { isDecision, publicError } from "@/server/guard/errors";
import { eventOf } from "@/server/guard/refusals/refusal";

/**
 * Runs a call, and notes what refused it: whichever way the call came in, over HTTP or from a page. The guard throws, and
 * what is behind tRPC's `next()` resolves `{ ok: false }`.
 */
export async function noteRefusals<Result extends { ok: boolean }>(
  ctx: Context,
  path: string,
  run: () => Promise<Result>,
): Promise<Result> {
  const note = (error: unknown) => {
    const event = eventOf(publicError(error), isDecision(error));
    const { address, requestId } = ctx;
    if (event) ctx.noteRefusal({ ...event, target: path, caller: ctx.caller(), address, requestId });
  };
  try {
    const result = await run();
    if (!result.ok && "error" in result) note(result.error);
    return result;
  } catch (error) {
    note(error);
    throw error;
  }
}
