import type { Lease } from "@/db/transaction/lease";
import type { Leases } from "@/db/transaction/leases";

/** Tries to begin, each on another connection. */
export const ATTEMPTS = 10;

/** A dead idle connection, or the last words of one that died before. */
const STALE = /^(?:CONNECTION_CLOSED|ECONNRESET|EPIPE|57P0[1235]|25P0[34])$/;

export function isStale(error: unknown): boolean {
  return error instanceof Error && "code" in error && STALE.test(String(error.code));
}

/** Whether a statement failed on a connection that had died before: nothing has begun, so all may be sent again elsewhere. */
export const isUnbegun = (lease: Lease, error: unknown) => !lease.isBegun && isStale(error);

/** Takes one that is to be waited for. Rejects after `waitMs` at the latest, with what the driver says. */
export async function waitForLease(leases: Leases, first: Promise<Lease>, waitMs: number): Promise<Lease> {
  const until = performance.now() + waitMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await (attempt === 1 ? first : leases.take(Math.max(until - performance.now(), 1)));
    } catch (error) {
      if (!isStale(error) || attempt === ATTEMPTS) throw error;
    }
  }
}
