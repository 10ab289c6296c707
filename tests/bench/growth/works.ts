import type postgres from "postgres";
import { BOARD, DOCUMENT, TEAM, WHO } from "@/tests/bench/growth/seed";
import { cookieOf, JSON_BODY, type Site } from "@/tests/bench/peers/holdfast";
import type { Ask } from "@/tests/bench/peers/peer";
import { type Caller, NEW_TASK, ownerId } from "@/tests/bench/seed";

/** One line of the table: a call that is made again and again. */
export interface GrowthWork {
  name: string;
  ask: Ask;
  /** Rows of the answer, so that no empty one is taken for a fast one. */
  rows: number;
  /** What the cost is expected to grow with. */
  grows: "no" | "workspace";
  /** Reads on, page by page, until there is no next one. */
  toTheEnd?: boolean;
}

/** Where a page far in begins: the cursor of the row in the middle. */
async function middle(sql: postgres.Sql, table: string, where: postgres.Fragment): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    select id from ${sql(table)} where ${where} order by id
    offset (select count(*) / 2 from ${sql(table)} where ${where}) limit 1`;
  if (!row) throw new Error(`nothing in ${table}`);
  return Buffer.from(row.id.replaceAll("-", ""), "hex").toString("base64url");
}

/** Everything that reads a table that grows, and a create. */
export async function worksOf({ url, bench }: Site, sql: postgres.Sql): Promise<GrowthWork[]> {
  const [large, member, small, security] = [WHO.large, WHO.member, WHO.small, WHO.security].map(
    (place) => bench.callers[place],
  ) as [Caller, Caller, Caller, Caller];
  const [own] = await sql<{ id: string }[]>`select id from organization where personal_user_id = ${large.id}`;
  if (!own) throw new Error("the large owner has no workspace");
  const cursors = {
    own: await middle(sql, "task", sql`workspace_id = ${own.id}`),
    team: await middle(sql, "task", sql`workspace_id = ${TEAM}`),
    board: await middle(sql, "task", sql`workspace_id = ${TEAM} and project_id = ${BOARD}`),
    documents: await middle(sql, "document", sql`workspace_id = ${own.id}`),
    mine: await middle(sql, "audit_event", sql`actor_id = ${large.id}`),
    events: await middle(sql, "audit_event", sql`true`),
  };
  const [{ version } = { version: 0 }] = await sql<{ version: number }[]>`
    select max(version) / 2 as version from document_version where workspace_id = ${TEAM} and document_id = ${DOCUMENT}`;
  const get = (caller: Caller, path: string, input: Record<string, unknown>, workspace?: string): Ask => ({
    ...{
      method: "GET",
      path: `/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`,
      expect: 200,
    },
    headers: { ...cookieOf(bench, caller), ...(workspace && { "x-workspace-id": workspace }) },
  });
  const list = (name: string, ask: Ask, rows: number, grows: GrowthWork["grows"] = "no") => ({
    name,
    ask,
    rows,
    grows,
  });
  const tasks = (caller: Caller, input: Record<string, unknown>, workspace?: string) =>
    get(caller, "task.list", { limit: 50, ...input }, workspace);
  const day = await dayOf(sql);
  return [
    list("tasks of a small workspace", tasks(small, {}), 50),
    list("own tasks: first page", tasks(large, {}), 50),
    list("own tasks: far in", tasks(large, { cursor: cursors.own }), 50),
    list("team's tasks: first page", tasks(member, {}, TEAM), 50),
    list("team's tasks: far in", tasks(member, { cursor: cursors.team }, TEAM), 50),
    list("team's tasks: of a rare status", tasks(member, { status: "in_progress" }, TEAM), 10),
    list("own tasks: of a rare priority", tasks(large, { priority: "urgent" }), 50, "workspace"),
    list(
      "own tasks: due before a day long ago",
      tasks(large, { dueBefore: "2026-01-01T16:00:00Z" }),
      50,
      "workspace",
    ),
    list("team's tasks: assigned to somebody", tasks(member, { assigneeId: ownerId(2) }, TEAM), 5),
    list("board: first page of a project", tasks(member, { projectId: BOARD, limit: 100 }, TEAM), 90),
    list(
      "board: a page far in",
      tasks(member, { projectId: BOARD, limit: 100, cursor: cursors.board }, TEAM),
      40,
    ),
    list(
      "projects with counts of their tasks",
      get(member, "project.list", { limit: 48 }, TEAM),
      48,
      "workspace",
    ),
    list("search of a frequent word", tasks(large, { search: "figures" }), 50),
    list("search of a word in one of 100", tasks(large, { search: "sometimes" }), 5),
    list("search of a word in one title: a page", tasks(large, { search: "zeppelin" }), 0),
    {
      ...list(
        "search of a word in one title: all pages",
        tasks(large, { search: "zeppelin" }),
        1,
        "workspace",
      ),
      toTheEnd: true,
    },
    list("documents: first page", get(large, "document.list", { limit: 50 }), 50),
    list("documents: far in", get(large, "document.list", { limit: 50, cursor: cursors.documents }), 40),
    list(
      "documents: search of a word in none: a page",
      get(large, "document.list", { limit: 50, search: "zeppelin" }),
      0,
    ),
    list("versions: first page", get(member, "document.versions", { id: DOCUMENT, limit: 30 }, TEAM), 30),
    list(
      "versions: far in",
      get(member, "document.versions", { id: DOCUMENT, limit: 30, cursor: String(version) }, TEAM),
      30,
    ),
    list("own events: first page", get(large, "securityEvent.mine", { limit: 25 }), 25),
    list("own events: far in", get(large, "securityEvent.mine", { limit: 25, cursor: cursors.mine }), 25),
    list("all events: first page", get(security, "securityEvent.list", { limit: 50 }), 50),
    list(
      "all events: far in",
      get(security, "securityEvent.list", { limit: 50, cursor: cursors.events }),
      50,
    ),
    {
      ...list(
        "export of the first events",
        post(url, cookieOf(bench, security), "securityEvent.export", { format: "csv", ...day }),
        0,
      ),
    },
    list("a new task", post(url, cookieOf(bench, large), "task.create", NEW_TASK), 0),
  ];
}

/** The time of the oldest hundred events. */
async function dayOf(sql: postgres.Sql): Promise<{ after: string; before: string }> {
  const [row] = await sql<{ after: Date; before: Date }[]>`
    select min(at) as after, max(at) + interval '1 millisecond' as before from (select at from audit_event where action = 'task.update' order by id limit 100) first`;
  if (!row) throw new Error("there are no events");
  return { after: row.after.toISOString(), before: row.before.toISOString() };
}

const post = (url: string, headers: Record<string, string>, path: string, body: unknown): Ask => ({
  ...{ method: "POST", path: `/api/trpc/${path}`, expect: 200 },
  headers: { ...headers, ...JSON_BODY, origin: url },
  body: JSON.stringify(body),
});
