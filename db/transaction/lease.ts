import { type Protocol, SIMPLE, StatementQuery } from "@/db/transaction/statement-query";

/** Who hears the answer: instead of the promises of the driver's query, nine of them each time. */
export interface Reply {
  resolve(rows: unknown): void;
  reject(reason: unknown): void;
}

/** A statement on its way; its answer goes to the reply. */
interface Sent {
  /** Asks for rows as arrays, while none can have come. */
  values(): unknown;
}

/** What postgres.js 3.4.9 hands to `onexecute`, with which its own `begin` does the same as we. */
export interface Connection {
  /** False: nothing may follow until it is ready, and calls `reserved`. */
  execute(query: StatementQuery): boolean;
  /** Null when it is the pool's: idle, or lost. */
  reserved: (() => void) | null;
  onclose: ((cause: unknown) => void) | null;
}

/** As the driver says it: whoever has begun nothing begins again, and nobody is told that it was their fault. */
const OVER = Object.assign(new Error("the connection is no longer ours"), { code: "CONNECTION_CLOSED" });

/**
 * A connection on loan from the driver's pool, from BEGIN on. It goes back by itself when the server says that no transaction
 * is open; one that is to be used again begins in the statement that ends, and so is never seen without.
 */
export class Lease {
  readonly #connection: Connection;
  readonly #onReturned: () => void;
  readonly #queue: StatementQuery[] = [];
  #isFull = false;
  #isReturned = false;
  #uses = 0;
  #isBegun = false;
  #onLost: ((cause: unknown) => void) | undefined;

  /** @param onReturned Called once, when the connection was given back or lost. */
  constructor(connection: Connection, onReturned: () => void) {
    this.#connection = connection;
    this.#onReturned = onReturned;
    connection.reserved = this.#ready;
    connection.onclose = this.#lost;
  }

  get isOurs(): boolean {
    return this.#connection.reserved === this.#ready;
  }

  /** Whether the server has answered BEGIN: until then nothing has begun, and all may be sent again elsewhere. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Transactions begun on it so far. */
  get uses(): number {
    return this.#uses;
  }

  /** Who is told, once, when the connection is lost before the end. */
  whenLost(onLost: ((cause: unknown) => void) | undefined): void {
    this.#onLost = onLost;
  }

  /** Who is to hear the answer to a BEGIN that is sent now. */
  begin(): Reply {
    this.#isBegun = false;
    this.#uses++;
    return {
      resolve: () => {
        this.#isBegun = true;
      },
      // What was sent behind it fails too, under no role that may read anything.
      reject: () => this.#returned(),
    };
  }

  /** Ends one transaction and begins another, in one statement: between the two it is nobody's. */
  beginAgain(): void {
    this.send("rollback; begin", [], SIMPLE, this.begin());
  }

  /** Sends a statement behind those before it. What is sent within a turn leaves in one packet. */
  send(text: string, values: readonly unknown[], protocol: Protocol, reply: Reply): Sent {
    const query = new StatementQuery(text, values, protocol, reply);
    if (!this.isOurs) reply.reject(OVER);
    else if (this.#isFull) this.#queue.push(query);
    else this.#isFull = !this.#connection.execute(query);
    return query;
  }

  /** Sends COMMIT or ROLLBACK, and waits for the answer. Rejects as the driver does. */
  end(how: "commit" | "rollback"): Promise<void> {
    this.#onLost = undefined;
    return new Promise((resolve, reject) => {
      this.send(how, [], SIMPLE, {
        resolve: (answer) => {
          this.#returned();
          // A transaction that has failed answers COMMIT with ROLLBACK, and no error.
          const { command } = answer as { command: string };
          if (how === "commit" && command !== "COMMIT") reject(OVER);
          else resolve();
        },
        reject: (error) => {
          this.#returned();
          reject(error);
        },
      });
    });
  }

  readonly #ready = (): void => {
    this.#isFull = false;
    while (!this.#isFull) {
      const next = this.#queue.shift();
      if (!next) return;
      this.#isFull = !this.#connection.execute(next);
    }
  };

  readonly #lost = (cause: unknown): void => {
    const onLost = this.#onLost;
    this.#returned();
    for (const query of this.#queue.splice(0)) query.reject(cause);
    onLost?.(cause);
  };

  #returned(): void {
    this.#onLost = undefined;
    if (this.#isReturned) return;
    this.#isReturned = true;
    this.#onReturned();
  }
}
