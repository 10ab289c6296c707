import type { Sql } from "@/db/client";

/** Most sessions noted between two writes; what comes beyond is noted in the next minute. */
const MOST = 50_000;
const AT_ONCE = 1_000;

/** When sessions were last used, kept in memory and written together. */
export interface Activity {
  note(sessionId: string): void;
  /** Writes what was noted since the last time. What could not be written is noted again with the next call. */
  flush(): Promise<void>;
}

/**
 * A remembered session (7 days) that is used lives on: once a day its end moves, as Better Auth moves it for pages. One that
 * was not to be remembered, and an API client's, ends when it was said to.
 */
export function createActivity(sql: Sql): Activity {
  let seen = new Map<string, number>();
  return {
    note: (sessionId) => {
      if (seen.size < MOST || seen.has(sessionId)) seen.set(sessionId, Date.now());
    },
    flush: async () => {
      const noted = [...seen].map(([id, at]) => ({ id, at: new Date(at).toISOString() }));
      seen = new Map();
      for (let from = 0; from < noted.length; from += AT_ONCE)
        await write(sql, noted.slice(from, from + AT_ONCE));
    },
  };
}

async function write(sql: Sql, rows: { id: string; at: string }[]): Promise<void> {
  await sql`
    update session set last_seen_at = greatest(last_seen_at, seen.at),
      expires_at = case
        when not exists (select from refresh_token t where t.session_id = session.id)
          and expires_at > created_at + interval '6 days' and expires_at < now() + interval '6 days'
        then now() + interval '7 days' else expires_at end
    from jsonb_to_recordset(${sql.json(rows)}) as seen (id uuid, at timestamptz)
    where session.id = seen.id and session.expires_at > now()`;
}
