import type { Context } from "@/server/guard/context";
import { badRequest } from "@/server/guard/errors";
import { type Attempt, fingerprintOf } from "@/server/guard/idempotency";

/** Visible ASCII. Two headers of the name reach us joined by a comma and a space, and are refused too. */
const FORM = /^[!-~]{1,255}$/;

interface Call {
  type: string;
  path: string;
  input: unknown;
}

/**
 * The use of a key that a call makes; null without the header, and on what changes nothing: a read may always be repeated.
 * @throws Refusal BAD_REQUEST when the key is malformed, or is to stand for more than one call.
 */
export function attemptOf(ctx: Context, { type, path, input }: Call): Attempt | null {
  const { idempotencyKey: key } = ctx;
  if (key === null || type !== "mutation") return null;
  if (ctx.calls !== 1)
    return badRequest("IDEMPOTENCY_KEY_ON_BATCH", "A key stands for one call. Send it alone.");
  if (!FORM.test(key))
    return badRequest("IDEMPOTENCY_KEY_MALFORMED", "A key is 1 to 255 visible ASCII characters.");
  return { key, procedure: path, fingerprint: fingerprintOf(path, input) };
}
