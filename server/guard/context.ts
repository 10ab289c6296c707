import type { Transaction, TransactionSettings } from "@/db/transaction";
import type { Cost, Verdict } from "@/server/guard/limiter";
import type { Principal } from "@/server/identity/identity";

/** What a request brings to the guard. Built by `http` (or by the server-side caller), never by a feature. */
export interface Context {
  readonly requestId: string;
  /** The peer's address as the gate derived it; null where there is none. */
  readonly address: string | null;
  /** The workspace that the caller named; null means the personal one. */
  readonly workspaceId: string | null;
  /** Finds out who calls, once per request. Throws `Unauthenticated`. */
  identify(): Promise<Principal>;
  spend(costs: readonly Cost[]): Promise<Verdict>;
  /** The strictest verdict on each budget that this request spent; `http` tells the caller. */
  readonly spent: Map<string, Verdict>;
  openTransaction(settings: TransactionSettings): Transaction;
}
