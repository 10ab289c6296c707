import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { TransactionPool } from "@/db/client";
import { drizzleOver, type Run } from "@/db/transaction/database";
import { DatabaseUnavailable, isLoss, rolledBack, TransactionClosed } from "@/db/transaction/failure";
import type { Lease, Reply } from "@/db/transaction/lease";
import { ATTEMPTS, isUnbegun, waitForLease } from "@/db/transaction/retry";
import { isServerError } from "@/db/transaction/server-error";
import { encodable, forbidden, SETTINGS, type Statement, settingsValues } from "@/db/transaction/statement";
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
  /** Commits behind every statement. Resolves at once when nothing was opened. @throws when any of them has failed. */
  commit(): Promise<void>;
  /** Never throws, never hangs. */
  rollback(): Promise<void>;
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
  #opening: Lease | Promise<Lease> | undefined;
  #held: Lease | undefined;
  /** What failed first. After it nothing is committed, whoever swallowed it. */
  #failure: unknown;
  #lost: DatabaseUnavailable | undefined;
  #isCommitting = false;

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

  async commit(): Promise<void> {
    if (this.#phase !== "accepting") throw new TransactionClosed("the transaction has already ended");
    this.#phase = "ending";
    // Two turns, so that a query started without await is refused before COMMIT, and fails it.
    if (!this.#settings.readOnly) await Promise.resolve().then(() => {});
    // COMMIT leaves together with what is under way: where that fails, the server answers it with ROLLBACK.
    const follows = !this.#settings.readOnly && this.#held?.isBegun;
    if (!follows && !this.#waiting.isQuiet) await this.#waiting.quiet();
    this.#phase = "ended";
    if (this.#lost) throw this.#lost;
    if (this.#failure !== undefined) {
      await this.#abandon();
      throw rolledBack(this.#failure);
    }
    if (!this.#held) return;
    if (this.#settings.readOnly) this.#pool.leases.linger(this.#held);
    else await this.#sendCommit(this.#held);
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
  readonly unsafe: Run = (text, params, wanted) => {
    const reason = this.#closed() ?? forbidden(text);
    if (this.#lost) return Promise.reject(this.#lost);
    if (reason) return Promise.reject(this.#refuse(reason));
    try {
      const statement = { text, wanted, values: encodable(params), attempt: 1 };
      return this.#waiting.track(({ resolve, reject }) =>
        this.#send(statement, { resolve, reject: (error) => reject(this.#failed(error)) }),
      );
    } catch (error) {
      return Promise.reject(this.#failed(error));
    }
  };

  #closed(): string | undefined {
    if (this.#phase !== "accepting") return "the transaction has ended";
    return this.#failure === undefined ? undefined : "an earlier statement of this transaction failed";
  }

  #refuse(reason: string): TransactionClosed {
    const refusal = new TransactionClosed(reason, { cause: this.#failure });
    this.#failure ??= refusal;
    return refusal;
  }

  #send(statement: Statement, reply: Reply): void {
    const opening = this.#opening ?? this.#open();
    this.#opening = opening;
    // Each waits by itself: they leave in order.
    if (opening instanceof Promise)
      opening.then((lease) => this.#sendOn(lease, statement, reply), reply.reject);
    else this.#sendOn(opening, statement, reply);
  }

  #sendOn(lease: Lease, statement: Statement, { resolve, reject }: Reply): void {
    const { text, values, wanted } = statement;
    const again = (error: unknown) => {
      if (!isUnbegun(lease, error) || statement.attempt++ === ATTEMPTS) return reject(error);
      // All that were sent with it come by here, in their order.
      if (this.#held === lease) this.#opening = this.#held = undefined;
      queueMicrotask(() => this.#send(statement, { resolve, reject }));
    };
    const query = lease.send(text, values, this.#protocol, { resolve, reject: again });
    if (wanted.asArrays) query.values();
    wanted.query = query;
  }

  #open(): Lease | Promise<Lease> {
    const { leases } = this.#pool;
    const values = settingsValues(this.#settings);
    const taken = leases.take(this.#connectionMs);
    if (!(taken instanceof Promise)) return this.#begin(taken, values);
    return waitForLease(leases, taken, this.#connectionMs).then(
      (lease) => this.#begin(lease, values),
      (cause) => {
        throw new DatabaseUnavailable("the database cannot be reached", { cause });
      },
    );
  }

  #begin(lease: Lease, values: string[]): Lease {
    if (this.#phase === "ended" || this.#lost) {
      lease.end("rollback").catch(() => {});
      throw this.#lost ?? new TransactionClosed("the transaction has ended");
    }
    this.#held = lease;
    lease.whenLost((cause) => {
      if (lease.isBegun) this.#lose(cause);
    });
    // Nobody waits for it: the first statement follows at once, and fails if this does.
    const reject = (error: unknown) => {
      if (!isUnbegun(lease, error)) this.#failed(error);
    };
    lease.send(SETTINGS, values, this.#protocol, { resolve: () => {}, reject });
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
    this.#lost ??=
      known ??
      new DatabaseUnavailable("the connection was lost", { cause, outcomeUnknown: this.#isCommitting });
    this.#waiting.rejectAll(this.#lost);
    return this.#lost;
  }

  /** The network swallows our packets. Should the server answer after all, the connection rolls back and returns. */
  #unanswered(): void {
    this.#lose(new Error(`no answer within ${this.#answerMs} ms`));
    this.#held?.end("rollback").catch(() => {});
  }

  async #sendCommit(held: Lease): Promise<void> {
    this.#isCommitting = true;
    try {
      await inTime(held.end("commit"), this.#answerMs);
    } catch (cause) {
      if (this.#failure !== undefined) throw rolledBack(this.#failure);
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
