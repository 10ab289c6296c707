import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { TransactionPool } from "@/db/client";
import { ATTEMPTS, isUnbegun, takeLease } from "@/db/transaction/connection";
import { drizzleOver, type Run } from "@/db/transaction/database";
import type { Lease } from "@/db/transaction/lease";
import { isServerError } from "@/db/transaction/server-error";
import { encodable, forbidden, SETTINGS, settingsValues } from "@/db/transaction/statement";
import { inTime, Waiting } from "@/db/transaction/waiting";

export type DatabaseRole = "holdfast_tenant" | "holdfast_identity" | "holdfast_security";

/** What the second wall reads: fixed when the transaction opens, gone when it ends. */
export interface TransactionSettings {
  role: DatabaseRole;
  workspaceId: string | null;
  userId: string | null;
  reach: "own" | "any";
  workspaceIds: readonly string[];
  /** A service account calls, and `userId` is its id. */
  service?: boolean;
  /** PostgreSQL refuses every write; there is nothing to commit. */
  readOnly?: boolean;
}

export interface TransactionOptions {
  /** Off for transaction poolers that do not keep prepared statements. Default true. */
  prepare?: boolean;
  /** Milliseconds to wait for a connection. Default 10 000. */
  waitForConnection?: number;
  /** Milliseconds to wait for an answer; above the server's own statement_timeout. Default 30 000. */
  waitForAnswer?: number;
}

/** The part of Drizzle that a query may use: no nested transaction, no relational queries, no client. */
export type ScopedDatabase = Pick<
  PostgresJsDatabase,
  | "select"
  | "selectDistinct"
  | "selectDistinctOn"
  | "insert"
  | "update"
  | "delete"
  | "with"
  | "$with"
  | "$count"
  | "execute"
>;

export interface Transaction {
  /** Nothing is sent before the first statement. */
  readonly db: ScopedDatabase;
  /** Sends one statement as `db` does, for queries that are written already (db/kept.ts). */
  readonly unsafe: Run;
  /** Waits for every statement, then commits. Resolves at once when nothing was opened. */
  commit(): Promise<void>;
  /** Never throws, never hangs. */
  rollback(): Promise<void>;
}

/** The database could not be reached, or the connection was lost. Callers answer 503. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
  /** True when the connection was lost during COMMIT: the work may or may not have been kept. */
  readonly outcomeUnknown: boolean;

  constructor(message: string, options: { cause?: unknown; outcomeUnknown?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.outcomeUnknown = options.outcomeUnknown ?? false;
  }
}

/** A mistake of ours: a statement after the end, after a failure, or of a kind that is refused. */
export class TransactionClosed extends Error {
  override readonly name = "TransactionClosed";
}

/** Whether an error of the driver or of the network says that the connection is gone. Mistakes of ours carry no code. */
function isLoss(error: unknown): boolean {
  if (error instanceof DatabaseUnavailable) return true;
  return error instanceof Error && "code" in error && !isServerError(error) && !(error instanceof TypeError);
}

/** A transaction in one role with fixed settings; BEGIN is sent with the first statement. */
export function openTransaction(
  pool: TransactionPool,
  settings: TransactionSettings,
  options?: TransactionOptions,
): Transaction {
  return new LazyTransaction(pool, settings, options);
}

class LazyTransaction implements Transaction {
  readonly #pool: TransactionPool;
  readonly #settings: TransactionSettings;
  readonly #connectionMs: number;
  readonly #answerMs: number;
  /** Never the simple protocol: it takes several statements in one text. */
  readonly #protocol: { prepare: boolean; simple: false };
  readonly #waiting: Waiting;
  #phase: "accepting" | "ending" | "ended" = "accepting";
  #database: ScopedDatabase | undefined;
  #opening: Promise<Lease> | undefined;
  #held: Lease | undefined;
  /** What failed first. After it nothing is committed, whoever swallowed it. */
  #failure: unknown;
  #lost: DatabaseUnavailable | undefined;

  constructor(pool: TransactionPool, settings: TransactionSettings, options: TransactionOptions = {}) {
    this.#pool = pool;
    this.#settings = settings;
    this.#connectionMs = options.waitForConnection ?? 10_000;
    this.#answerMs = options.waitForAnswer ?? 30_000;
    this.#protocol = { prepare: options.prepare ?? true, simple: false };
    this.#waiting = new Waiting(this.#answerMs, () => this.#unanswered());
  }

  get db(): ScopedDatabase {
    const nested = () => Promise.reject(this.#refuse("a transaction cannot be nested"));
    this.#database ??= drizzleOver(this.#pool, this.unsafe, nested);
    return this.#database;
  }

  readonly unsafe: Run = (text, params, asArrays) => this.#run(text, params, asArrays);

  async commit(): Promise<void> {
    if (this.#phase !== "accepting") throw new TransactionClosed("the transaction has already ended");
    this.#phase = "ending";
    // One turn, so that a query started without await is refused before COMMIT, and fails it.
    await Promise.resolve();
    await this.#waiting.quiet();
    this.#phase = "ended";
    if (this.#lost) throw this.#lost;
    if (this.#failure !== undefined) {
      await this.#abandon();
      throw new TransactionClosed("rolled back: a statement had failed", { cause: this.#failure });
    }
    await this.#sendCommit();
  }

  async rollback(): Promise<void> {
    if (this.#phase !== "accepting") return;
    this.#phase = "ending";
    if (this.#held) await this.#waiting.quiet();
    else this.#waiting.rejectAll(new TransactionClosed("rolled back before it was sent"));
    this.#phase = "ended";
    await this.#abandon();
  }

  /** Every statement comes through here. */
  #run(text: string, params: unknown[], asArrays: () => boolean): Promise<unknown> {
    const reason = this.#closed() ?? forbidden(text);
    if (this.#lost) return Promise.reject(this.#lost);
    if (reason) return Promise.reject(this.#refuse(reason));
    return this.#waiting.track(this.#send(text, params, asArrays), (error) => this.#failed(error));
  }

  #closed(): string | undefined {
    if (this.#phase !== "accepting") return "the transaction has ended";
    return this.#failure === undefined ? undefined : "an earlier statement of this transaction failed";
  }

  #refuse(reason: string): TransactionClosed {
    const refusal = new TransactionClosed(reason, { cause: this.#failure });
    this.#failure ??= refusal;
    return refusal;
  }

  async #send(text: string, params: unknown[], asArrays: () => boolean): Promise<unknown> {
    const values = encodable(params);
    for (let attempt = 1; ; attempt++) {
      this.#opening ??= this.#open();
      const opening = this.#opening;
      // Awaited by each: they leave in order, and by then Drizzle has said which rows it wants.
      const lease = await opening;
      try {
        const query = lease.send(text, values, this.#protocol);
        return await (asArrays() ? query.values() : query);
      } catch (error) {
        if (!isUnbegun(lease, error) || attempt === ATTEMPTS) throw error;
        // All that were sent with it come by here, in their order.
        if (this.#opening === opening) this.#opening = this.#held = undefined;
      }
    }
  }

  async #open(): Promise<Lease> {
    const values = settingsValues(this.#settings);
    const lease = await takeLease(this.#pool.leases, this.#connectionMs).catch((cause) => {
      throw new DatabaseUnavailable("the database cannot be reached", { cause });
    });
    if (this.#phase === "ended" || this.#lost) {
      lease.end("rollback").catch(() => {});
      throw this.#lost ?? new TransactionClosed("the transaction has ended");
    }
    this.#held = lease;
    lease.onLost = (cause) => {
      if (lease.isBegun) this.#lose(cause);
    };
    // Not awaited: the first statement follows at once, and fails if this does.
    lease.send(SETTINGS, values, this.#protocol).catch((error) => {
      if (!isUnbegun(lease, error)) this.#failed(error);
    });
    return lease;
  }

  /** Takes note of a failure; returns what the caller is told. */
  #failed(error: unknown): unknown {
    if (this.#lost) return this.#lost;
    if (isLoss(error)) return this.#lose(error);
    // An aborted transaction says only that something failed before; that is what the caller needs.
    if (isServerError(error) && error.code === "25P02") return this.#failure ?? error;
    this.#failure ??= error;
    return error;
  }

  #lose(cause: unknown): DatabaseUnavailable {
    const known = cause instanceof DatabaseUnavailable ? cause : undefined;
    this.#lost ??= known ?? new DatabaseUnavailable("the connection was lost", { cause });
    this.#waiting.rejectAll(this.#lost);
    return this.#lost;
  }

  /** The network swallows our packets. Should the server answer after all, the connection rolls back and returns. */
  #unanswered(): void {
    this.#lose(new Error(`no answer within ${this.#answerMs} ms`));
    this.#held?.end("rollback").catch(() => {});
  }

  async #sendCommit(): Promise<void> {
    if (!this.#held) return;
    if (this.#settings.readOnly) return this.#pool.leases.linger(this.#held);
    try {
      await inTime(this.#held.end("commit"), this.#answerMs);
    } catch (cause) {
      if (isServerError(cause)) throw cause;
      throw this.#lose(new DatabaseUnavailable("lost during COMMIT", { cause, outcomeUnknown: true }));
    }
  }

  /** ROLLBACK, unless the connection is lost: then nothing more may be sent on it. */
  async #abandon(): Promise<void> {
    if (!this.#held || this.#lost) return;
    await inTime(this.#held.end("rollback"), this.#answerMs).catch(() => {});
  }
}
