import type { Transaction, TransactionSettings } from "@/db/transaction";
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
  openTransaction(settings: TransactionSettings): Transaction;
}
