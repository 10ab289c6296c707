import { setPriority } from "node:os";
import postgres from "postgres";
import { moveTo, moveToAll, OTHER_CORE } from "@/tests/bench/cores";
import { type Bench, OWNERS, ownerId } from "@/tests/bench/seed";

/** Of the first `SMALL` tasks and events all are those of one owner, who gets no more: for them nothing grows. */
const SMALL = 100;
/** Rows of one transaction. */
const AT_ONCE = 50_000;
/** Callers, by their place among the bench's: each sees another part of the tables. */
export const WHO = { large: 0, member: 1, small: 2, security: 3 } as const;
/** A workspace, a project and a document. */
export const TEAM = "019a0000-0000-7000-9000-000000000001";
export const BOARD = "019a0000-0000-7000-9000-000000000002";
export const DOCUMENT = "019a0000-0000-7000-9000-000000000003";
const MEMBERS = 40;
const TEAM_PROJECTS = 50;
const SALT = "abcdefghijklmnopqrstuv";
const FACTS = '{"after":{"status":"done"},"before":{"status":"todo"}}';

/**
 * Who has what of `rows` rows in `task` and in `audit_event`: a tenth one person in a personal workspace, a tenth a team of
 * forty, the rest a thousand other people alike. A tenth of the team's tasks are of one project; documents are a tenth of
 * tasks, and one document of the team has a hundredth of them as versions.
 */
export async function openSeed(bench: Bench) {
  // Processes of PostgreSQL begin where its first one is: only those that pour rows in have both cores.
  moveToAll(bench.databasePid);
  const [sql, other] = [await pouring(bench), await pouring(bench)];
  moveTo(OTHER_CORE, bench.databasePid);
  await team(sql);
  let seeded = 0;
  return {
    /** Adds what is missing to `rows`; the seconds that it took. */
    async grow(rows: number): Promise<number> {
      const began = performance.now();
      const batches = Array.from({ length: Math.ceil((rows - seeded) / AT_ONCE) }, (_, index) => {
        const from = seeded + 1 + index * AT_ONCE;
        return [from, Math.min(rows, from + AT_ONCE - 1)] as const;
      });
      const each = async (add: (from: number, to: number) => Promise<void>) => {
        for (const [from, to] of batches) await add(from, to);
      };
      await Promise.all([
        each(async (from, to) => {
          await tasks(sql, from, to);
          await documents(sql, from, to);
        }),
        each((from, to) => events(other, from, to)),
      ]);
      seeded = rows;
      // Before vacuum, which passes by rows whose commit is not on the disk yet.
      await sql.unsafe("checkpoint");
      await sql.unsafe("vacuum (analyze) task, audit_event, audit_detail, document, document_version");
      await sql.unsafe("checkpoint");
      return (performance.now() - began) / 1000;
    },
    sql,
    close: () => Promise.all([sql, other].map((one) => one.end({ timeout: 5 }))),
  };
}

/** A connection for many rows, which gives way to whoever else uses the machine. */
async function pouring(bench: Bench): Promise<postgres.Sql> {
  const sql = postgres(bench.urls.admin, { max: 1, idle_timeout: 0, max_lifetime: null, onnotice: () => {} });
  // Triggers would announce each row and look at each reference.
  await sql`set session_replication_role = replica`;
  await sql`set synchronous_commit = off`;
  await sql`set statement_timeout = 0`;
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  if (row) setPriority(row.pid, 19);
  return sql;
}

/** Forty people in one workspace, with projects. One of the callers is an admin of the platform. */
async function team(sql: postgres.Sql): Promise<void> {
  await sql`insert into organization (id, name, slug) values (${TEAM}, 'Team', 'team')`;
  await sql`
    insert into member (id, organization_id, user_id, role)
    select uuidv7(), ${TEAM}, ('019a0000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid,
      case when n = 1 then 'owner' else 'member' end
    from generate_series(1, ${MEMBERS}) n`;
  await sql`
    insert into project (id, workspace_id, owner_id, name)
    select case when n = 1 then ${BOARD}::uuid else uuidv7() end, ${TEAM}, ${ownerId(1)}, 'Project ' || n
    from generate_series(1, ${TEAM_PROJECTS}) n`;
  await sql`update "user" set role = 'admin' where id = ${ownerId(WHO.security + 1)}`;
  await sql`
    create function bench_owner(n bigint) returns int language sql immutable return case
      when n <= ${sql.unsafe(String(SMALL))} then ${sql.unsafe(String(WHO.small + 1))}
      when n % 10 = 0 then ${sql.unsafe(String(WHO.large + 1))}
      when n % 10 = 1 then 1 + (n / 10) % ${sql.unsafe(String(MEMBERS))}
      else 1 + ${sql.unsafe(String(MEMBERS))} + (n * 2654435761) % ${sql.unsafe(String(OWNERS - MEMBERS))} end`;
  await sql`
    create function bench_id(n int) returns uuid language sql immutable
      return ('019a0000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid`;
}

/** Owner and workspace of row n, as `o` with `owner` and `workspace`. */
const whose = (sql: postgres.Sql, from: number, to: number) => sql`
  generate_series(${from}::bigint, ${to}::bigint) n
  cross join lateral (select bench_id(bench_owner(n)) as owner) w
  join lateral (select w.owner, case when n % 10 = 1 and n > ${SMALL} then ${TEAM}::uuid else p.id end as workspace
    from organization p where p.personal_user_id = w.owner) o on true`;

/** A word in one of a thousand titles, one in a single one of the large owner's, and columns with rare values. */
async function tasks(sql: postgres.Sql, from: number, to: number): Promise<void> {
  await sql`
    insert into task (id, workspace_id, owner_id, assignee_id, project_id, title, description, status, priority, due_at, position)
    select uuidv7(), o.workspace, o.owner, case when n % 3 = 0 then o.owner end,
      case when n % 10 = 1 and n > ${SMALL} then
        case when n / 10 % 10 = 0 then ${BOARD}::uuid
          else (array(select id from project where workspace_id = ${TEAM} order by id))[1 + n / 10 % ${TEAM_PROJECTS}] end end,
      case when n = 210 then 'The zeppelin ' when n % 1000 = 0 then 'A sometimes ' else '' end || 'Task ' || n || ': look at the figures',
      'Ask for the missing page, and write down what comes of it.',
      case when n / 10 % 50 = 7 then 'in_progress' when n / 10 % 10 < 4 then 'todo' else 'done' end,
      case when n < 1000 then 'urgent' else 'normal' end,
      case when n % 2 = 0 then '2026-01-01'::timestamptz + n * interval '1 minute' end, 'a0' || lpad(n::text, 9, '0') || 'V'
    from ${whose(sql, from, to)} order by n`;
}

/** One in ten with a detail, as changes have one. */
async function events(sql: postgres.Sql, from: number, to: number): Promise<void> {
  await sql`
    with made as (
      insert into audit_event (id, workspace_id, actor_kind, actor_id, action, resource_kind, resource_id, outcome, request_id, detail_digest)
      select uuidv7(), o.workspace, 'user', o.owner, 'task.update', 'task', o.owner, 'success', uuidv7()::text,
        case when n % 10 = 5 then translate(rtrim(encode(sha256(convert_to(
          E'holdfast-detail-1\\n' || ${SALT}::text || E'\\n' || ${FACTS}::text, 'UTF8')), 'base64'), '='), '+/', '-_') end
      from ${whose(sql, from, to)} order by n
      returning id, xid, detail_digest)
    insert into audit_detail (event_id, xid, salt, facts)
    select id, xid, ${SALT}::text, ${FACTS}::text from made where detail_digest is not null`;
}

async function documents(sql: postgres.Sql, from: number, to: number): Promise<void> {
  await sql`
    with made as (
      insert into document (id, workspace_id, owner_id, title, body)
      select uuidv7(), o.workspace, o.owner, 'Document ' || n, repeat('What was agreed on Tuesday. ', 20)
      from ${whose(sql, from, to)} where n % 100 < 10 order by n
      returning *)
    insert into document_version (workspace_id, owner_id, document_id, version, author_id, title, body)
    select workspace_id, owner_id, id, 1, owner_id, title, body from made`;
  await sql`
    insert into document (id, workspace_id, owner_id, title, body)
    values (${DOCUMENT}, ${TEAM}, ${ownerId(1)}, 'Minutes', 'x') on conflict do nothing`;
  await sql`
    insert into document_version (workspace_id, owner_id, document_id, version, author_id, title, body)
    select ${TEAM}, ${ownerId(1)}, ${DOCUMENT}, n / 100, ${ownerId(1)}, 'Minutes', repeat('What was agreed. ', 20)
    from generate_series(${from}::bigint, ${to}::bigint) n where n % 100 = 0`;
}
