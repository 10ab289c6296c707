import type { Sql } from "@/db/client";

/** Tells every process that something was committed in a workspace. */
export interface Notifier {
  /** Costs no wait. A notice may be lost: whoever listens looks by itself every few seconds. */
  notify(topic: string): void;
  /** Sends what has gathered. Never throws. */
  close(): Promise<void>;
}

interface NotifierOptions {
  /** A pool whose connections are held by nobody for long. */
  sql: Sql;
  /** An SQL name. */
  channel: string;
  /** Off for transaction poolers that do not keep prepared statements. */
  prepare: boolean;
  /** Told of the first of several failures in a row. */
  failed(error: unknown): void;
  /** Milliseconds in which notices gather. Default ten. */
  gatherMs?: number;
}

/** Its own commit waits for no disk: what it says was committed before, and is there to be read. */
const NOTIFY =
  "select set_config('synchronous_commit', 'off', true), pg_notify($1, topic) from json_array_elements_text($2::text::json) as topic";

/**
 * Sends NOTIFY behind the changes that it tells of, apart from their transactions. PostgreSQL lets one transaction with a
 * notice commit at a time, in the whole database; so all notices of some milliseconds share one that is over at once.
 */
export function createNotifier({ sql, channel, prepare, failed, gatherMs = 10 }: NotifierOptions): Notifier {
  let topics = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isFailing = false;

  const send = async () => {
    timer = undefined;
    const gathered = JSON.stringify([...topics]);
    topics = new Set();
    try {
      await sql.unsafe(NOTIFY, [channel, gathered], { prepare });
      isFailing = false;
    } catch (error) {
      if (!isFailing) failed(error);
      isFailing = true;
    }
  };
  return {
    notify(topic) {
      topics.add(topic);
      timer ??= setTimeout(() => void send(), gatherMs).unref();
    },
    async close() {
      clearTimeout(timer);
      if (topics.size > 0) await send();
    },
  };
}
