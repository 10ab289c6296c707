import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";

/** Waits until `isSo` says yes. Looks again and again; only a hang ends it, after half a minute. */
export async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + 30_000; !(await isSo()); await sleep(5))
    if (Date.now() > until) throw new Error("it never came to that");
}

export interface Hold {
  /** Resolves when so many statements wait here. */
  reached(waiting: number): Promise<void>;
  /** Ends the connections of all that wait here. */
  kill(): Promise<void>;
  /** Lets all pass, now and later. */
  release(): Promise<void>;
}

const LOCK = 4_711;

/**
 * Stops whoever inserts into a table, at the insert or at the commit after it, by a trigger that asks for a lock which
 * we hold: so that a test can strike at a chosen moment without any guess at times.
 */
export async function holdAt(adminUrl: string, table: string, moment: "insert" | "commit"): Promise<Hold> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  await sql`select pg_advisory_lock(${LOCK})`;
  await sql.unsafe(`
    create or replace function hold_here() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(${LOCK}); return new; end $$;
    create ${moment === "commit" ? "constraint trigger" : "trigger"} hold_here after insert on "${table}"
      ${moment === "commit" ? "deferrable initially deferred" : ""} for each row execute function hold_here()`);
  const waiting = () => sql<{ pid: number }[]>`
    select pid from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'`;
  return {
    reached: (count) => eventually(async () => (await waiting()).length >= count),
    kill: async () => {
      for (const { pid } of await waiting()) await sql`select pg_terminate_backend(${pid})`;
      await eventually(async () => (await waiting()).length === 0);
    },
    release: async () => {
      await sql`select pg_advisory_unlock_all()`;
      await sql.unsafe(`drop trigger hold_here on "${table}"`);
      await sql.end({ timeout: 5 });
    },
  };
}

/** Ends every connection of the application's logins, whatever it is doing. */
export async function killAll(admin: postgres.Sql): Promise<void> {
  await admin`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and usename in ('holdfast_app', 'holdfast_auth')`;
}
