import type { ScopedDatabase, Transaction, TransactionSettings } from "@/db/transaction";
import type { Cost, Verdict } from "@/server/guard/limiter";
import type { NoteRefusal } from "@/server/guard/refusals/refusal";
import type { Verdict as TrailVerdict } from "@/server/guard/seal-verify";
import type { Streams } from "@/server/guard/streams";
import type { Principal } from "@/server/identity/identity";
import type { Letter } from "@/server/platform/mail/letter";

/** What a request brings to the guard. Built by `http` (or by the server-side caller), never by a feature. */
export interface Context {
  readonly requestId: string;
  /** The peer's address as the gate derived it; null where there is none. */
  readonly address: string | null;
  /** The workspace that the caller named; null means the personal one. */
  readonly workspaceId: string | null;
  /** The header `idempotency-key` as it came; null without one. */
  readonly idempotencyKey: string | null;
  /** How many calls the request carries: more than one is a batch. */
  readonly calls: number;
  /** Finds out who calls, once per request. Throws `Unauthenticated`. */
  identify(): Promise<Principal>;
  /** Finds it out afresh: a stream outlives what was true when it began. */
  identifyAgain(): Promise<Principal>;
  /** Who was found to call so far; null when nobody, or when nobody asked yet. */
  caller(): Principal | null;
  /** A keyed digest of the address; null where there is none. */
  addressDigest(): string | null;
  /** Leaves evidence of a refusal. */
  noteRefusal: NoteRefusal;
  /** Says that the answer is that of an earlier call. */
  noteReplay(): void;
  /** Remembers for a moment that a budget of who calls is spent. */
  noteSpent(verdict: Verdict): void;
  spend(costs: readonly Cost[]): Promise<Verdict> | Verdict;
  /** Where people reach this Holdfast, for links in letters: an origin. */
  readonly site: string;
  /** Posts a letter. Costs no wait; what was posted is not taken back. */
  postMail(letter: Letter): void;
  /** The strictest verdict on each budget that this request spent; `http` tells the caller. */
  readonly spent: Map<string, Verdict>;
  readonly streams: Streams;
  /** Resolves when changes of access that are committed are known to this process. */
  settleAccess(): Promise<void>;
  openTransaction(settings: TransactionSettings): Transaction;
  /** Tells the streams of a workspace to look: something in it is committed. Costs no wait. */
  noteChange(workspaceId: string): void;
  /** Walks the sealed trail from seal `from`, for a bounded time; the key stays behind. */
  verifyTrail(tx: ScopedDatabase, from: number): Promise<TrailVerdict>;
}
