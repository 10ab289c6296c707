import type { EventName } from "@/server/guard/audit-names";
import type { PublicError } from "@/server/guard/errors";
import type { Principal } from "@/server/identity/identity";

/** One refusal, as whoever refuses notes it. Address and account leave the process as prefix and digests only. */
export interface Refused {
  event: EventName;
  /** `failure`: what was presented was wrong, or could not be checked; `denied`: it was understood, and refused. */
  outcome: "denied" | "failure";
  /** A stable code. */
  reason: string;
  /** The way in: the path of a procedure, `auth/…`, or `gate`. */
  target: string;
  /** Who called, where that was found out before the refusal. */
  caller: (Pick<Principal, "kind" | "userId"> & { keyId?: string | null }) | null;
  address: string | null;
  /** The e-mail address that a sign-in tried. */
  account?: string | null;
  requestId: string;
}

export type NoteRefusal = (refused: Refused) => void;

/**
 * Which event an answer is, undefined for what is none: bad input, conflicts and outages. Of 503s only those are events
 * that the guard itself decided on, because a budget could not be counted.
 */
export function eventOf(
  { httpStatus, code, reason = code }: PublicError,
  isDecision = true,
): Pick<Refused, "event" | "outcome" | "reason"> | undefined {
  if (httpStatus === 401 || httpStatus === 403) return { event: "authz_fail", outcome: "denied", reason };
  if (httpStatus === 429) return { event: "excess_rate_limit_exceeded", outcome: "denied", reason };
  if (httpStatus === 503 && isDecision)
    return { event: "excess_rate_limit_exceeded", outcome: "failure", reason };
  return undefined;
}

/** The columns that say who was refused, and at what. */
export function describeCaller(caller: Refused["caller"], target: string) {
  const end = target.search(/[./]/);
  return {
    actorKind: caller ? ACTORS[caller.kind] : ("anonymous" as const),
    actorId: caller?.userId ?? null,
    keyId: caller?.keyId ?? null,
    resourceKind: end < 0 ? target : target.slice(0, end),
  };
}

/** Who a caller is in the trail, besides their id: behind a key its owner acts. */
export const actorOf = ({ kind, keyId }: Pick<Principal, "kind" | "keyId">) => ({
  actorKind: ACTORS[kind],
  keyId,
});

const ACTORS = { session: "user", token: "user", key: "key", service: "service" } as const;
