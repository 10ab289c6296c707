import type { AlertRow } from "@/db/evidence";

/** An alert as a rule raises it; when it is appended it gets an id. */
export type Alert = Omit<AlertRow, "id">;

/** Milliseconds in which a rule fires once for a subject. */
export const ALERT_WINDOW_MS = 600_000;

interface Firing extends Pick<Alert, "rule" | "severity" | "subjectKind" | "details"> {
  subjectId?: string | null;
  count?: number;
  /** Milliseconds since 1970 of the first and of the last that the rule saw. */
  firstAt?: number;
  now: number;
}

/** The alert of a rule about a subject: the same window has the same key in every process. */
export function alertOf({ now, firstAt = now, subjectId = null, count = 1, ...firing }: Firing): Alert {
  const window = Math.floor(now / ALERT_WINDOW_MS);
  return {
    ...firing,
    subjectId,
    count,
    firstAt: new Date(firstAt).toISOString(),
    lastAt: new Date(now).toISOString(),
    windowKey: `${firing.rule}:${subjectId ?? "house"}:${window}`,
  };
}

/** A key was used from a network that it never was used from before: it may have leaked. */
export function keyIsElsewhere(now: number, { keyId, network }: { keyId: string; network: string }): Alert {
  const details = { addressPrefix: network };
  const subject = { subjectKind: "key", subjectId: keyId } as const;
  return alertOf({ rule: "key_used_from_new_network", severity: "warning", ...subject, details, now });
}

/** The shared store of the budgets is away: each process counts alone. */
export function limitStoreDown(now: number): Alert {
  return alertOf({ rule: "limit_store_down", severity: "warning", subjectKind: "house", now });
}

/** Changes of access are not heard any more: what is kept in memory lives for seconds only. */
export function accessNoticesLost(now: number): Alert {
  return alertOf({ rule: "access_notices_lost", severity: "warning", subjectKind: "house", now });
}

/** The oldest audit row that no seal vouches for waits too long: nobody seals, or something holds the order up. */
export function sealLags(now: number, seconds: number): Alert {
  const details = { seconds: Math.round(seconds) };
  return alertOf({ rule: "audit_seal_lag", severity: "critical", subjectKind: "house", details, now });
}

/** A refresh token came a second time: two hold it, and one of them stole it. Its session is ended already. */
export function refreshTokenReused(now: number, userId: string): Alert {
  return alertOf({
    ...{ rule: "refresh_token_reused", severity: "critical", subjectKind: "user", now },
    subjectId: userId,
  });
}

/** Verifying found the trail altered, cut or replaced; `seal` is the number of the first seal that is not true. */
export function chainIsBroken(now: number, fault: { what: string; how: string; seal: number }): Alert {
  const { what, how, seal } = fault;
  const details = { what, how, seal };
  return alertOf({ rule: "audit_chain_broken", severity: "critical", subjectKind: "house", details, now });
}
