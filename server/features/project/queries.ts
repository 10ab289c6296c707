import {
  and,
  count,
  desc,
  eq,
  getTableColumns,
  inArray,
  isNotNull,
  isNull,
  type SQL,
  sql,
} from "drizzle-orm";
import { olderThan, type Page, toPage } from "@/db/page";
import { project } from "@/db/schema/project";
import { task } from "@/db/schema/task";
import { atVersion, inWorkspace, isInReach, ownOrAny, type Scope } from "@/db/scope";
import { foundOrLast, patternOf, ROWS_SEARCHED, searchColumns, toSearchPage } from "@/db/search";
import type {
  ArchiveProject,
  CreateProject,
  DeleteProject,
  ListProjects,
  Project,
  ProjectRef,
  UpdateProject,
} from "@/server/features/project/schema";
import { noteChange, written } from "@/server/guard/change";
import { notChanged, outOfReach } from "@/server/guard/errors";

type Row = typeof project.$inferSelect;

/** What is written down of a project. */
const recorded = ({ name, description, ownerId, archivedAt, version }: Omit<Row, "workspaceId">) => ({
  name: written(name),
  description: written(description),
  ownerId,
  archivedAt,
  version,
});

function filtersOf(scope: Scope, { archived, cursor }: ListProjects): SQL | undefined {
  return and(
    inWorkspace(project, scope),
    ownOrAny(project, scope),
    archived ? isNotNull(project.archivedAt) : isNull(project.archivedAt),
    olderThan(project.id, cursor),
  );
}

export async function listProjects(scope: Scope, input: ListProjects): Promise<Page<Project>> {
  const { search, limit } = input;
  if (search !== undefined) {
    const { items, nextCursor } = await searchProjects(scope, { ...input, search });
    return { items: await withCounts(scope, items), nextCursor };
  }
  const rows = await scope.tx
    .select()
    .from(project)
    .where(filtersOf(scope, input))
    .orderBy(desc(project.id))
    .limit(limit + 1);
  return toPage(await withCounts(scope, rows), limit);
}

async function searchProjects(scope: Scope, input: ListProjects & { search: string }): Promise<Page<Row>> {
  const pattern = patternOf(input.search);
  const seen = scope.tx
    .select({
      ...getTableColumns(project),
      ...searchColumns(project.id, pattern, [project.name, project.description]),
    })
    .from(project)
    .where(filtersOf(scope, input))
    .orderBy(desc(project.id))
    .limit(ROWS_SEARCHED)
    .as("seen");
  const { limit } = input;
  const found = scope.tx.select().from(seen).where(foundOrLast(seen, ROWS_SEARCHED));
  return toSearchPage(await found.orderBy(desc(seen.id)).limit(limit + 1), {
    limit,
    rowsSearched: ROWS_SEARCHED,
  });
}

export async function getProject(scope: Scope, { id }: ProjectRef): Promise<Project> {
  const rows = await scope.tx
    .select()
    .from(project)
    .where(and(eq(project.id, id), inWorkspace(project, scope), ownOrAny(project, scope)));
  const [found] = await withCounts(scope, rows);
  return found ?? outOfReach();
}

export async function createProject(scope: Scope, input: CreateProject): Promise<Project> {
  const [row] = await scope.tx
    .insert(project)
    .values({ ...input, workspaceId: scope.workspaceId, ownerId: scope.userId })
    .returning();
  if (!row) return outOfReach();
  noteChange(scope, { before: null, after: recorded(row) });
  // Nothing can lie in it yet.
  return { ...row, taskCounts: { todo: 0, in_progress: 0, done: 0 } };
}

export async function updateProject(
  scope: Scope,
  { id, version, ...changes }: UpdateProject,
): Promise<Project> {
  return changeProject(scope, { id, version }, changes);
}

export async function archiveProject(
  scope: Scope,
  { id, version, archived }: ArchiveProject,
): Promise<Project> {
  return changeProject(scope, { id, version }, { archivedAt: archived ? sql`now()` : null });
}

/** Tasks and documents of the project stay, without a project: nobody deletes what others own. */
export async function deleteProject(scope: Scope, { id, version }: DeleteProject): Promise<{ id: string }> {
  const [row] = await scope.tx
    .delete(project)
    .where(
      and(
        eq(project.id, id),
        inWorkspace(project, scope),
        ownOrAny(project, scope),
        atVersion(project, version),
      ),
    )
    .returning();
  if (!row) return notChanged(await isInReach(scope, project, id));
  noteChange(scope, { before: recorded(row), after: null });
  return { id };
}

async function changeProject(
  scope: Scope,
  { id, version }: DeleteProject,
  changes: Parameters<ReturnType<typeof scope.tx.update<typeof project>>["set"]>[0],
): Promise<Project> {
  const reached = and(
    eq(project.id, id),
    inWorkspace(project, scope),
    ownOrAny(project, scope),
    atVersion(project, version),
  );
  const [[before], rows] = await Promise.all([
    scope.tx.select().from(project).where(reached).for("update"),
    scope.tx
      .update(project)
      .set({ ...changes, version: sql`${project.version} + 1`, updatedAt: sql`now()` })
      .where(reached)
      .returning(),
  ]);
  const [after] = await withCounts(scope, rows);
  if (!before || !after) return notChanged(await isInReach(scope, project, id));
  noteChange(scope, { before: recorded(before), after: recorded(after) });
  return after;
}

async function withCounts(scope: Scope, rows: Row[]): Promise<Project[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const counts = await scope.tx
    .select({ projectId: task.projectId, status: task.status, tasks: count() })
    .from(task)
    .where(and(inWorkspace(task, scope), ownOrAny(task, scope), inArray(task.projectId, ids)))
    .groupBy(task.projectId, task.status);
  return rows.map((row) => {
    const taskCounts = { todo: 0, in_progress: 0, done: 0 };
    for (const { projectId, status, tasks } of counts) if (projectId === row.id) taskCounts[status] = tasks;
    return { ...row, taskCounts };
  });
}
