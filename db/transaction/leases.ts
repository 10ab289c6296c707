import type { Sql } from "@/db/client";
import { type Connection, Lease } from "@/db/transaction/lease";

/** Milliseconds for which a read that is over may wait for the next BEGIN. */
const LINGER_MS = 8;
/** Then the connection goes back to the driver, where others wait too, and where its time may be up. */
const MOST_USES = 200;

interface Waiter {
  give(lease: Lease): void;
  fail(error: unknown): void;
}

/**
 * The connections of one of the driver's pools that hold a transaction. Writes to the socket were a quarter of a list
 * (docs/decisions/0013): BEGIN leaves together with what follows it, and the ROLLBACK of a read together with the next
 * BEGIN. Until then a read that is over holds nothing for which a writer waits.
 */
export class Leases {
  readonly #sql: Sql;
  readonly #lingering: Lease[] = [];
  readonly #waiting: Waiter[] = [];
  #out = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** A connection on which BEGIN is on its way. Rejects after `waitMs`, or as the driver does when it can not connect. */
  take(waitMs: number): Promise<Lease> | Lease {
    for (let lease = this.#lingering.pop(); lease; lease = this.#lingering.pop()) {
      if (!lease.isOurs) continue;
      lease.beginAgain();
      return lease;
    }
    return this.#waitFor(waitMs);
  }

  /** Takes back a read that is over: for whoever waits, or for who comes within milliseconds. */
  linger(lease: Lease): void {
    lease.whenLost(undefined);
    if (!lease.isOurs) return;
    if (lease.uses >= MOST_USES) {
      endQuietly(lease);
      return;
    }
    const waiter = this.#waiting.shift();
    if (waiter) {
      lease.beginAgain();
      waiter.give(lease);
      return;
    }
    this.#lingering.push(lease);
    this.#timer ??= setTimeout(() => this.#endLingering(), LINGER_MS);
  }

  #waitFor(waitMs: number): Promise<Lease> {
    return new Promise((give, fail) => {
      const timer = setTimeout(() => {
        const at = this.#waiting.indexOf(waiter);
        if (at >= 0) this.#waiting.splice(at, 1);
        fail(new Error(`no connection within ${Math.round(waitMs)} ms`));
      }, waitMs);
      const settled =
        <Value>(settle: (value: Value) => void) =>
        (value: Value) => {
          clearTimeout(timer);
          settle(value);
        };
      const waiter: Waiter = { give: settled(give), fail: settled(fail) };
      this.#waiting.push(waiter);
      this.#ask();
    });
  }

  /** Asks the driver for a connection, for whoever waits longest when it comes. */
  #ask(): void {
    if (this.#out >= this.#sql.options.max) return;
    this.#out++;
    let lease: Lease | undefined;
    const onexecute = (connection: Connection) => {
      lease = new Lease(connection, () => this.#returned());
      const { resolve, reject } = lease.begin();
      begin.then(resolve, reject);
      const waiter = this.#waiting.shift();
      if (waiter) waiter.give(lease);
      else this.linger(lease);
    };
    // The driver has this option, its types do not.
    const begin = this.#sql.unsafe("begin", [], { onexecute } as object);
    begin.catch((error: unknown) => {
      if (lease) return;
      this.#waiting.shift()?.fail(error);
      this.#returned();
    });
  }

  #returned(): void {
    this.#out--;
    if (this.#waiting.length > 0) this.#ask();
  }

  #endLingering(): void {
    this.#timer = undefined;
    for (const lease of this.#lingering.splice(0)) if (lease.isOurs) endQuietly(lease);
  }
}

/** Nobody waits for the answer. */
function endQuietly(lease: Lease): void {
  lease.end("rollback").catch(() => {});
}
