import type { PublicError } from "@/server/guard/errors";
import { eventOf, type Refused } from "@/server/guard/refusals/refusal";
import type { Runtime } from "@/server/runtime";

type Event = Pick<Refused, "event" | "outcome" | "reason">;

/** A browser says that another site's page made the request. */
export const CROSS_SITE_EVENT = {
  event: "malicious_cors",
  outcome: "denied",
  reason: "CROSS_SITE_REQUEST",
} as const satisfies Event;

/** Which check of the gate refused: places, the network's budget, form, cookie, certificate, token, or the write. */
export type Stage = "place" | "floor" | "form" | "credential" | "certificate" | "token" | "write";

const INVALID_BY_STAGE: Partial<Record<Stage, string>> = {
  credential: "COOKIE_FORGED",
  certificate: "CERTIFICATE_NOT_VOUCHED",
  token: "TOKEN_INVALID",
};

/** Which event a refusal of the gate is; undefined for what programs do by mistake: sizes, types, methods. */
function eventOfGate(error: PublicError, stage: Stage): Event | undefined {
  if (stage === "place")
    return { event: "excess_rate_limit_exceeded", outcome: "denied", reason: "IN_FLIGHT" };
  if (stage === "floor") return eventOf(error);
  if (error.httpStatus === 401) {
    const reason = INVALID_BY_STAGE[stage] ?? "CREDENTIAL_MALFORMED";
    if (stage === "token" && error.code === "TOKEN_EXPIRED")
      return { event: "authn_credential_invalid", outcome: "failure", reason: error.code };
    return { event: "authn_credential_invalid", outcome: "failure", reason };
  }
  if (stage === "form" && (error.httpStatus === 400 || error.httpStatus === 421))
    return { event: "input_validation_fail", outcome: "denied", reason: error.code };
  return error.code === CROSS_SITE_EVENT.reason ? CROSS_SITE_EVENT : undefined;
}

/** Notes what the gate refuses. Nobody knows yet who calls. */
export function gateWitness({ noteRefusal }: Pick<Runtime, "noteRefusal">) {
  return (error: PublicError, at: { stage: Stage; requestId: string; address: string | null }) => {
    const { stage, requestId, address } = at;
    const event = eventOfGate(error, stage);
    if (!event) return;
    const { event: name, outcome, reason } = event;
    noteRefusal({ event: name, outcome, reason, target: "gate", caller: null, requestId, address });
  };
}

/** By which a sign-in ends, besides that by password. */
const SECOND_STEPS = new Set([
  "/two-factor/verify-totp",
  "/two-factor/verify-recovery-code",
  "/passkey/verify-authentication",
]);

/** Which event a refusal by /api/auth is: of the routes' own handler as of ours in front of it. */
export function eventOfAuth(error: PublicError, path: string): Event | undefined {
  const { httpStatus, code: reason } = error;
  const isRefused = httpStatus === 401 || httpStatus === 403;
  if (reason === CROSS_SITE_EVENT.reason) return CROSS_SITE_EVENT;
  if ((path === "/sign-in/email" || path === "/callback/:id") && isRefused)
    return { event: "authn_login_fail", outcome: "failure", reason };
  if (SECOND_STEPS.has(path) && (isRefused || httpStatus === 400))
    return { event: "authn_login_fail", outcome: "failure", reason };
  if (path.startsWith("/step-up/") && reason === "NOT_PROVEN")
    return { event: "authn_step_up_fail", outcome: "failure", reason };
  if (path === "/change-password" && reason === "INVALID_PASSWORD")
    return { event: "authn_password_change_fail", outcome: "failure", reason };
  if (path === "/reset-password" && reason === "INVALID_TOKEN")
    return { event: "authn_password_change_fail", outcome: "failure", reason };
  return eventOf(error);
}
