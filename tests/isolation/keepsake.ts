import type postgres from "postgres";

/** The rows of a whole database, kept beside it: each probe begins with the same. */
export interface Keepsake {
  restore(): Promise<void>;
  /** A digest of every row that names one of these people or workspaces as its own. */
  digestOf(foreign: Foreign): Promise<string>;
  /** What the audit trail says beyond what was kept, details included: a line for each event. */
  noted(): Promise<string[]>;
}

export interface Foreign {
  people: string[];
  workspaces: string[];
}

/** Columns that say whose a row is. Assignee and author do not: such a row may be anybody's. */
const PEOPLE = ["owner_id", "user_id", "actor_id", "personal_user_id", "inviter_id"];
const WORKSPACES = ["workspace_id", "organization_id"];

interface Table {
  name: string;
  columns: string[];
}

export async function keep(admin: postgres.Sql): Promise<Keepsake> {
  const tables = await admin<Table[]>`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' group by c.relname`;
  const all = tables.map(({ name }) => `"${name}"`);
  await admin.unsafe(
    ["create schema kept", ...all.map((name) => `create table kept.${name} as table public.${name}`)].join(
      ";",
    ),
  );
  // No trigger fires and no reference is checked: the rows are what they were.
  const restoring = [
    "set local session_replication_role = replica",
    `truncate ${all}`,
    ...all.map((name) => `insert into public.${name} table kept.${name}`),
    // No trigger tells the product that what it keeps in memory is out of date.
    `select pg_notify('access_change', id::text) from public."user"`,
    "select pg_notify('access_change', id::text) from public.service_account",
  ].join(";");
  const digesting = `select md5(string_agg(line, '|' order by line)) as digest from (${tables
    .map(linesOf)
    .filter(Boolean)
    .join(" union all ")}) as lines`;
  return {
    restore: () => unlessDeadlocked(() => admin.begin((transaction) => transaction.unsafe(restoring))),
    digestOf: async ({ people, workspaces }) => {
      const [row] = await admin.unsafe(digesting, [people, workspaces]);
      return String(row?.digest);
    },
    noted: async () => {
      const events = await admin<{ line: string }[]>`
        select concat_ws(' ', e.action, e.outcome, e.actor_id, e.workspace_id, e.resource_kind, e.resource_id, d.facts) as line
        from audit_event e left join audit_detail d on d.event_id = e.id
        where not exists (select from kept.audit_event k where k.id = e.id)`;
      return events.map(({ line }) => line);
    },
  };
}

/** The house's own jobs read several tables too, in an order of their own: one of the two then begins again. */
async function unlessDeadlocked(work: () => Promise<unknown>, tries = 5): Promise<void> {
  try {
    await work();
  } catch (error) {
    if ((error as { code?: string }).code !== "40P01" || tries === 1) throw error;
    await unlessDeadlocked(work, tries - 1);
  }
}

/** When something was last used is written by a job, whatever is asked meanwhile: it is left out. */
function linesOf({ name, columns }: Table): string {
  const people = columns.filter((column) => PEOPLE.includes(column) || (name === "user" && column === "id"));
  const workspaces = columns.filter(
    (column) => WORKSPACES.includes(column) || (name === "organization" && column === "id"),
  );
  const names = [
    ...people.map((column) => `t."${column}" = any($1::uuid[])`),
    ...workspaces.map((column) => `t."${column}" = any($2::uuid[])`),
  ];
  return names.length > 0
    ? `select '${name} ' || (to_jsonb(t) - '{last_seen_at,last_request,networks}'::text[])::text as line from "${name}" t where ${names.join(" or ")}`
    : "";
}
