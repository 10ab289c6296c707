import type { TransactionSql } from "postgres";
import type { Sql } from "@/db/client";

/** A connection on which BEGIN has been answered, held until `end`. */
export interface Held {
  readonly client: TransactionSql;
  /** Sends COMMIT or ROLLBACK, never on a lost connection, and waits for the answer. Rejects as the driver does. */
  end(how: "commit" | "rollback"): Promise<void>;
}

const ROLLBACK = new Error("rolled back");
const ATTEMPTS = 10;

/** A dead idle connection, or the last words of one that died before. Nothing was begun: it is safe to begin again. */
const STALE = /^(?:CONNECTION_CLOSED|ECONNRESET|EPIPE|57P0[1235]|25P0[34])$/;

export function isStale(error: unknown): boolean {
  return error instanceof Error && "code" in error && STALE.test(String(error.code));
}

/**
 * Begins a transaction and holds it open. Rejects after `waitMs` at the latest, with what the driver says.
 * `onLost` is called once when the connection is lost before `end`.
 */
export async function hold(sql: Sql, waitMs: number, onLost: (cause: unknown) => void): Promise<Held> {
  const until = performance.now() + waitMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await begin(sql, Math.max(until - performance.now(), 1), onLost);
    } catch (error) {
      if (!isStale(error) || attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * `sql.begin` ends the transaction when the promise of its callback settles. When the connection is lost we never settle
 * it: postgres.js would send a ROLLBACK into the dead connection, and that throws outside of any promise.
 */
function begin(sql: Sql, waitMs: number, onLost: (cause: unknown) => void): Promise<Held> {
  return new Promise((resolve, reject) => {
    let stage: "waiting" | "held" | "ended" | "lost" = "waiting";
    const timer = setTimeout(() => {
      stage = "ended";
      reject(new Error(`no connection within ${Math.round(waitMs)} ms`));
    }, waitMs);

    const outcome: Promise<void> = sql.begin((client) => {
      // Nobody waits any more: give the connection back.
      if (stage === "ended") return Promise.reject(ROLLBACK);
      clearTimeout(timer);
      stage = "held";
      return new Promise<void>((commit, abort) => {
        const end = (how: "commit" | "rollback") => {
          if (stage !== "held") return Promise.reject(new Error(`the connection is ${stage}`));
          stage = "ended";
          how === "commit" ? commit() : abort(ROLLBACK);
          return outcome.catch((error) => {
            if (error !== ROLLBACK) throw error;
          });
        };
        resolve({ client, end });
      });
    });

    outcome.catch((error) => {
      clearTimeout(timer);
      if (stage === "waiting") reject(error);
      if (stage !== "held") return;
      stage = "lost";
      onLost(error);
    });
  });
}
