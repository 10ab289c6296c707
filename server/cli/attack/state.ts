import type { Sql } from "@/db/client";

/** What a refusal may write to: the trail of refusals, its seals, and letters about alerts. Everything else must be as it was. */
const UNWATCHED = ["audit_event", "audit_seal", "alert_letter"];
/** Refusals may add rows here; those of the ground stay as they were. */
const ADDED_TO = ["alert"];
/** Columns in which it is noted that a key was used, whatever came of it. */
const NOTED: Record<string, string[]> = { apikey: ["last_request", "networks"], session: ["last_seen_at"] };
/** Only what is done adds to it. It is evidence: it grows, and is not put back. */
export const DETAIL = "audit_detail";
/** Tables whose triggers tell the product who may do what now: they are put back with the triggers at work. */
const TELLING = ["user", "member", "session"];

/** Tables that give rights, which the product keeps in memory. */
const GIVING = [...TELLING, "organization", "apikey", "service_account"];
/** Milliseconds until a notice has been heard. */
const HEARD_AFTER_MS = 20;

/** Table to its number of rows and a digest over them. */
export type State = ReadonlyMap<string, { rows: number; sum: string }>;

export interface AuditRow {
  requestId: string;
  action: string;
  actorId: string | null;
  workspaceId: string | null;
  resourceId: string | null;
  /** What it notes of the change, as JSON; null where it has no detail. */
  facts: string | null;
}

/** Looks at the database from outside of the product, and puts it back as it was. */
export interface Watch {
  now(): Promise<State>;
  /** Keeps the present state as the ground of all that follows. */
  keep(): Promise<void>;
  /** Puts back what differs from the ground; answers the ground. */
  restore(): Promise<State>;
  /** Rows of the audit trail that say "success", for these requests. */
  successes(requestIds: readonly string[]): Promise<AuditRow[]>;
}

/** @param sql A superuser's connection: row-level security does not hide anything from it. */
export async function watch(sql: Sql): Promise<Watch> {
  const columns = await columnsOf(sql);
  const tables = [...columns.keys()];
  let ground: State = new Map();
  const looked = (name: string) =>
    // Joined: the driver knows no types of arrays.
    name in NOTED
      ? sql`(to_jsonb(t) - string_to_array(${(NOTED[name] ?? []).join()}, ','))::text`
      : sql`t::text`;
  const now = async (): Promise<State> => {
    const parts = tables.map(
      (name) => sql`select ${name}::text as name, count(*)::int as rows,
        coalesce(sum(hashtextextended(${looked(name)}, 0)::numeric), 0)::text as sum from ${sql(`public.${name}`)} t
        ${ADDED_TO.includes(name) ? sql`where id in (select id from ${sql(`attack_ground.${name}`)})` : sql``}`,
    );
    const all = parts.reduce((one, other) => sql`${one} union all ${other}`);
    const rows = await sql<{ name: string; rows: number; sum: string }[]>`${all}`;
    return new Map(rows.map(({ name, rows: count, sum }) => [name, { rows: count, sum }]));
  };
  return {
    now,
    keep: async () => {
      await sql`drop schema if exists attack_ground cascade`;
      await sql`create schema attack_ground`;
      for (const name of tables)
        await sql`create table ${sql(`attack_ground.${name}`)} as table ${sql(`public.${name}`)}`;
      ground = await now();
    },
    restore: async () => {
      // Once more where a trigger answered to the first time.
      for (let time = 0; time < 2; time++) {
        const present = await now();
        ground = new Map([...ground, ...[...present].filter(([name]) => name === DETAIL)]);
        const dirty = changed(ground, present);
        if (dirty.length === 0) break;
        await putBack(sql, columns, dirty);
      }
      return ground;
    },
    successes: async (requestIds) => {
      if (requestIds.length === 0) return [];
      return sql<AuditRow[]>`
        select request_id as "requestId", action, actor_id::text as "actorId", workspace_id::text as "workspaceId",
          resource_id::text as "resourceId", facts
        from audit_event left join audit_detail on event_id = id where outcome = 'success' and request_id in ${sql([...requestIds])}`;
    },
  };
}

/** Names of the tables in which two states differ. */
export function changed(before: State, after: State): string[] {
  return [...after].flatMap(([name, { rows, sum }]) => {
    const was = before.get(name);
    return was?.rows === rows && was.sum === sum ? [] : [name];
  });
}

async function columnsOf(sql: Sql): Promise<Map<string, string[]>> {
  const rows = await sql<{ name: string; column: string }[]>`
    select c.relname as name, a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0
      and not a.attisdropped and a.attgenerated = '' order by c.relname, a.attnum`;
  const columns = new Map<string, string[]>();
  for (const { name, column } of rows)
    if (!UNWATCHED.includes(name)) columns.set(name, [...(columns.get(name) ?? []), column]);
  return columns;
}

async function putBack(sql: Sql, columns: Map<string, string[]>, dirty: string[]): Promise<void> {
  const all = dirty.map((name) => ({
    name,
    is: sql(`public.${name}`),
    was: sql(`attack_ground.${name}`),
    columns: columns.get(name) ?? [],
  }));
  await sql.begin(async (tx) => {
    // No trigger and no foreign key: rows come and go in any order.
    await tx`set local session_replication_role = replica`;
    for (const { name, is, was, columns: named } of all) {
      const isTelling = TELLING.includes(name);
      const isAddedTo = ADDED_TO.includes(name);
      if (isAddedTo) await tx`delete from ${is} where id in (select id from ${was})`;
      else if (isTelling) await tx`delete from ${is} where id not in (select id from ${was})`;
      else await tx`delete from ${is} t where t::text not in (select w::text from ${was} w)`;
      if (isTelling && name !== "user") continue;
      const missing = isTelling
        ? tx`w.id not in (select id from ${is})`
        : tx`w::text not in (select t::text from ${is} t)`;
      await tx`insert into ${is} (${tx(named)}) select ${tx(named)} from ${was} w where ${missing}`;
    }
  });
  for (const { name, is, was, columns: named } of all.filter((one) => TELLING.includes(one.name))) {
    await sql`update ${is} t set (${sql(named)}) = (select ${sql(named)} from ${was} w where w.id = t.id)
      where exists (select 1 from ${was} w where w.id = t.id and w::text <> t::text)`;
    if (name === "user") continue;
    await sql`insert into ${is} (${sql(named)}) select ${sql(named)} from ${was} w where w.id not in (select id from ${is})`;
  }
  if (!all.some(({ name }) => GIVING.includes(name))) return;
  // Rows that were taken away without triggers: the product keeps in memory what they gave.
  await sql`select pg_notify('access_change', id::text) from "user"`;
  await sql`select pg_notify('access_change', id::text) from service_account`;
  await new Promise((resolve) => setTimeout(resolve, HEARD_AFTER_MS));
}
