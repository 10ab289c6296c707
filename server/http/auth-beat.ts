import { setTimeout as sleep } from "node:timers/promises";
import type { PublicError } from "@/server/guard/errors";
import type { AuthRoute } from "@/server/http/auth-routes";
import type { Principal } from "@/server/identity/identity";
import type { Hashing } from "@/server/identity/passwords";

/**
 * Milliseconds. Longer than what these routes do after their hash, whether an address is known or not: statements more or
 * less, a letter made or not, end in the same answer at the same time.
 */
const BEAT_MS = 250;

/**
 * Gives an answer at the next beat since its password was hashed, where its time could tell whether an address is known:
 * always, or, where success tells it anyway, when it is a refusal. Not since it was asked for: under load the wait for the
 * hash is as long as a beat, and the few statements before it would decide which beat it is.
 */
export function onBeat(
  { beat }: Pick<AuthRoute, "beat">,
  timed: Hashing["timed"],
  answer: () => Promise<Response>,
): Promise<Response> {
  return timed(async (clock) => {
    const response = await answer();
    if (beat === "always" || (beat === "refused" && !response.ok))
      await sleep(untilBeat(performance.now() - clock.since));
    return response;
  });
}

/** Milliseconds from `elapsed` to the end of its beat. */
export const untilBeat = (elapsed: number, beat = BEAT_MS) =>
  Math.max(1, Math.ceil(elapsed / beat)) * beat - elapsed;

/**
 * What a refusal says to whoever asked. That an address awaits its confirmation is not said, even for the right
 * password: whoever signs an address up knows it, and would learn from it that the address was new. Who is signed in may
 * know it of the own one.
 */
export function asTold(error: PublicError, caller: Principal | null): PublicError {
  return error.code === "EMAIL_NOT_VERIFIED" && !caller ? WRONG_CREDENTIALS : error;
}

/** Better Auth's answer to a wrong password or an unknown address, to the letter. */
const WRONG_CREDENTIALS: PublicError = {
  code: "INVALID_EMAIL_OR_PASSWORD",
  message: "Invalid email or password",
  httpStatus: 401,
};
