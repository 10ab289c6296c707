import postgres from "postgres";
import { openSocket } from "@/db/transaction/socket";

/** Tells that something happened to a topic, such as a workspace. Once too often, or not at all: whoever listens looks. */
export interface Listener {
  /** Opens the connection if it is the first. Call what it returns to listen no more. */
  on(topic: string, ring: () => void): () => void;
  close(): Promise<void>;
}

interface ListenerOptions {
  /** A server, or a pooler in session mode: in transaction mode LISTEN is lost. */
  url: string;
  /** An SQL name. */
  channel: string;
  /** Milliseconds until the next try after a loss. */
  retryMs?: number;
}

/** Listens for NOTIFY on one connection for the whole process, opened when somebody first listens. */
export function createListener({ url, channel, retryMs = 1_000 }: ListenerOptions): Listener {
  const rings = new Map<string, Set<() => void>>();
  let connection: postgres.Sql | undefined;
  let isClosed = false;
  let retry: NodeJS.Timeout | undefined;

  const open = () => {
    if (connection || isClosed || retry) return;
    const sql = connectOnce(url, "holdfast listener", {
      onnotify: (_, topic) => {
        for (const ring of rings.get(topic) ?? []) ring();
      },
      onclose: () => lose(sql),
    });
    connection = sql;
    sql.unsafe(`listen ${channel}`).then(
      () => {
        // What was said before now is lost: everybody looks.
        for (const each of rings.values()) for (const ring of each) ring();
      },
      () => lose(sql),
    );
  };

  const lose = (sql: postgres.Sql) => {
    if (connection !== sql) return;
    connection = undefined;
    sql.end({ timeout: 0 }).catch(() => {});
    if (isClosed || rings.size === 0) return;
    retry = setTimeout(() => {
      retry = undefined;
      open();
    }, retryMs).unref();
  };

  return {
    on(topic, ring) {
      const each = rings.get(topic) ?? new Set();
      rings.set(topic, each.add(ring));
      open();
      return () => {
        each.delete(ring);
        if (each.size === 0 && rings.get(topic) === each) rings.delete(topic);
      };
    },
    close: async () => {
      isClosed = true;
      clearTimeout(retry);
      const sql = connection;
      connection = undefined;
      await sql?.end({ timeout: 1 });
    },
  };
}

interface Events {
  onnotify(channel: string, payload: string): void;
  onclose(): void;
}

/** The driver's own `listen` reopens its connection by itself, and does not say when it is down. */
export function connectOnce(url: string, name: string, events: Events): postgres.Sql {
  return postgres(url, {
    max: 1,
    fetch_types: false,
    prepare: false,
    connect_timeout: 5,
    idle_timeout: 0,
    max_lifetime: null,
    keep_alive: 15,
    onnotice: () => {},
    connection: { application_name: name },
    // The driver has these options; its types do not.
    ...{ socket: openSocket, ...events },
  });
}
