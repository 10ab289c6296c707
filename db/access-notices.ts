import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import { connectOnce } from "@/db/listener";

/** Milliseconds between two heartbeats. */
const BEAT_EVERY_MS = 150;
/** Milliseconds without a heartbeat after which we are cut off, whatever the socket says. */
const SILENT_AFTER_MS = 500;
/** The same at the start, when no heartbeat came yet. */
const SILENT_AT_START_MS = 5_000;
const RETRY_MS = 250;
/** Milliseconds that a new connection has until its first heartbeat. */
const OPENING_MS = 2_000;

/** Hears what decides on somebody's access, as soon as it is committed. */
export interface Notices {
  /** Whether a notice that was sent would have been heard: the last heartbeat came in time. */
  isHeard(): boolean;
  /** Resolves true when every notice committed before the call was heard, false when that can not be told. */
  caughtUp(): Promise<boolean>;
  close(): Promise<void>;
}

interface NoticesOptions {
  /** A server, or a pooler in session mode: in transaction mode LISTEN is lost. */
  url: string;
  /** Told the subject of a notice: whoever is kept in memory under it is out of date. */
  onNotice(subject: string): void;
  /** Told that notices may have been missed: whatever is kept in memory is out of date. */
  onMissed(): void;
  /** Told once when heartbeats stop. */
  onSilence(): void;
}

/**
 * Listens to `access_change` on one connection of its own, and sends itself heartbeats over the same way: a socket that
 * is open and dead is found out, too.
 */
export function listenForAccess({ url, onNotice, onMissed, onSilence }: NoticesOptions): Notices {
  // A channel of its own: nobody else's heartbeat tells us that we are heard.
  const channel = `access_beat_${randomUUID().replaceAll("-", "")}`;
  const startedAt = performance.now();
  const waiting = new Map<string, () => void>();
  let connection: postgres.Sql | undefined;
  let openedAt = Number.NEGATIVE_INFINITY;
  /** When the last heartbeat came on the present connection. */
  let heardAt = Number.NEGATIVE_INFINITY;
  let wasEverHeard = false;
  let isSilent = false;
  let beats = 0;

  const isHeard = () => performance.now() - heardAt < SILENT_AFTER_MS;

  const beat = () => {
    const payload = String(++beats);
    connection?.unsafe("select pg_notify($1, $2)", [channel, payload]).catch(nothing);
    return payload;
  };

  const hear = (on: string, payload: string) => {
    if (on !== channel) return onNotice(payload);
    heardAt = performance.now();
    wasEverHeard = true;
    isSilent = false;
    waiting.get(payload)?.();
  };

  const open = () => {
    openedAt = performance.now();
    const sql = connectOnce(url, "holdfast notices", {
      onnotify: (on, payload) => connection === sql && hear(on, payload),
      onclose: () => lose(sql),
    });
    connection = sql;
    sql.unsafe(`listen access_change; listen ${channel}`).then(() => {
      if (connection !== sql) return;
      // What was said before now is lost.
      onMissed();
      beat();
    }, nothing);
  };

  const lose = (sql: postgres.Sql) => {
    if (connection !== sql) return;
    connection = undefined;
    heardAt = Number.NEGATIVE_INFINITY;
    sql.end({ timeout: 0 }).catch(nothing);
  };

  const look = () => {
    if (isHeard()) return void beat();
    const patience = wasEverHeard ? 0 : SILENT_AT_START_MS;
    if (!isSilent && performance.now() - startedAt > patience) {
      isSilent = true;
      onSilence();
    }
    const age = performance.now() - openedAt;
    if (connection && age > OPENING_MS) lose(connection);
    if (!connection && age > RETRY_MS) open();
  };

  // After the poll for input, not before it: a process that was busy for a while has its heartbeats in the socket.
  const timer = setInterval(() => setImmediate(look), BEAT_EVERY_MS).unref();
  open();

  return {
    isHeard,
    caughtUp: () =>
      new Promise((resolve) => {
        if (!isHeard()) return resolve(false);
        const payload = beat();
        const settle = (isThere: boolean) => {
          clearTimeout(late);
          waiting.delete(payload);
          resolve(isThere);
        };
        const late = setTimeout(settle, SILENT_AFTER_MS, false);
        waiting.set(payload, () => settle(true));
      }),
    close: async () => {
      clearInterval(timer);
      const sql = connection;
      connection = undefined;
      openedAt = Number.POSITIVE_INFINITY;
      await sql?.end({ timeout: 1 });
    },
  };
}

const nothing = () => {};
