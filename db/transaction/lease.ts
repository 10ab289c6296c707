import type { PendingQuery, Row } from "postgres";
import type { Sql } from "@/db/client";

type Query = PendingQuery<Row[]>;

/** What the driver's queries have, and its types do not. */
interface OwnQuery extends Query {
  handler(query: OwnQuery): void;
  reject(reason: unknown): void;
}

interface Protocol {
  prepare?: boolean;
  simple?: boolean;
}

/** What postgres.js 3.4.9 hands to `onexecute`, with which its own `begin` does the same as we. */
export interface Connection {
  /** False: nothing may follow until it is ready, and calls `reserved`. */
  execute(query: Query): boolean;
  /** Null when it is the pool's: idle, or lost. */
  reserved: (() => void) | null;
  onclose: ((cause: unknown) => void) | null;
}

const OVER = new Error("the transaction is over");

/**
 * A connection on loan from the driver's pool, from BEGIN on. It goes back by itself when the server says that no transaction
 * is open; one that is to be used again begins in the statement that ends, and so is never seen without.
 */
export class Lease {
  readonly #sql: Sql;
  readonly #connection: Connection;
  readonly #onReturned: () => void;
  readonly #queue: OwnQuery[] = [];
  #isFull = false;
  #isReturned = false;
  #uses = 0;
  /** Whether the server has answered BEGIN: until then nothing has begun, and all may be sent again elsewhere. */
  isBegun = false;
  /** Told once when the connection is lost before the end. */
  onLost: ((cause: unknown) => void) | undefined;

  /** @param onReturned Called once, when the connection was given back or lost. */
  constructor(sql: Sql, connection: Connection, onReturned: () => void) {
    this.#sql = sql;
    this.#connection = connection;
    this.#onReturned = onReturned;
    connection.reserved = this.#ready;
    connection.onclose = this.#lost;
  }

  get isOurs(): boolean {
    return this.#connection.reserved === this.#ready;
  }

  /** Transactions begun on it so far. */
  get uses(): number {
    return this.#uses;
  }

  /** Takes note of the answer to BEGIN. */
  begin(answer: PromiseLike<unknown>): void {
    this.isBegun = false;
    this.#uses++;
    answer.then(
      () => {
        this.isBegun = true;
      },
      // What was sent behind it fails too, under no role that may read anything.
      () => this.#returned(),
    );
  }

  /** Ends one transaction and begins another, in one statement: between the two it is nobody's. */
  beginAgain(): void {
    this.begin(this.send("rollback; begin"));
  }

  /** Sends a statement behind those before it. What is sent within a turn leaves in one packet. */
  send(text: string, values: readonly unknown[] = [], protocol: Protocol = {}): Query {
    const query = this.#sql.unsafe(text, values as never[], protocol) as OwnQuery;
    // The driver would send it on any connection.
    query.handler = this.#execute;
    return query;
  }

  /** Sends COMMIT or ROLLBACK, and waits for the answer. Rejects as the driver does. */
  async end(how: "commit" | "rollback"): Promise<void> {
    this.onLost = undefined;
    const answer = await this.send(how).finally(() => this.#returned());
    // A transaction that has failed answers COMMIT with ROLLBACK, and no error.
    if (how === "commit" && answer.command !== "COMMIT") throw OVER;
  }

  readonly #execute = (query: OwnQuery): void => {
    if (!this.isOurs) query.reject(OVER);
    else if (this.#isFull) this.#queue.push(query);
    else this.#isFull = !this.#connection.execute(query);
  };

  readonly #ready = (): void => {
    this.#isFull = false;
    while (!this.#isFull) {
      const next = this.#queue.shift();
      if (!next) return;
      this.#isFull = !this.#connection.execute(next);
    }
  };

  readonly #lost = (cause: unknown): void => {
    const { onLost } = this;
    this.#returned();
    for (const query of this.#queue.splice(0)) query.reject(cause);
    onLost?.(cause);
  };

  #returned(): void {
    this.onLost = undefined;
    if (this.#isReturned) return;
    this.#isReturned = true;
    this.#onReturned();
  }
}
