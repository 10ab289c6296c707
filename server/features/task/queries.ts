import { and, desc, eq, getTableColumns, gte, lt, type SQL, sql } from "drizzle-orm";
import { BATCH, type Batch, beginning, isAfter, order, toBatch } from "@/db/changes";
import { kept } from "@/db/kept";
import { isBefore, type Page, type PageValues, pageValues, toPage } from "@/db/page";
import { newId } from "@/db/schema/columns";
import { task } from "@/db/schema/task";
import { taskChange } from "@/db/schema/task-change";
import { atVersion, inWorkspace, isInReach, ownOrAny, type Scope } from "@/db/scope";
import { equals, foundOrLast, patternOf, ROWS_SEARCHED, searchColumns, toSearchPage } from "@/db/search";
import type {
  AssignTask,
  CreateTask,
  DeleteTask,
  ListTasks,
  MoveTask,
  Task,
  TaskChange,
  TaskRef,
  UpdateTask,
} from "@/server/features/task/schema";
import { noteChange, written } from "@/server/guard/change";
import { notChanged, outOfReach } from "@/server/guard/errors";

/** What is written down of a task. */
const recorded = ({ title, description, ...row }: typeof task.$inferSelect) => ({
  title: written(title),
  description: written(description),
  ownerId: row.ownerId,
  projectId: row.projectId,
  assigneeId: row.assigneeId,
  status: row.status,
  priority: row.priority,
  dueAt: row.dueAt,
  position: row.position,
  version: row.version,
});

type ListValues = Omit<ListTasks, "search" | "cursor" | "limit"> & PageValues;
type SearchValues = ListValues & { pattern: string; rowsSearched: number };

function filtersOf(scope: Scope, values: ListValues): SQL | undefined {
  return and(
    inWorkspace(task, scope),
    ownOrAny(task, scope),
    equals(task.projectId, values.projectId),
    equals(task.status, values.status),
    equals(task.priority, values.priority),
    equals(task.assigneeId, values.assigneeId),
    values.dueBefore === undefined ? undefined : lt(task.dueAt, values.dueBefore),
    values.dueAfter === undefined ? undefined : gte(task.dueAt, values.dueAfter),
    isBefore(task.id, values.before),
  );
}

const taskList = kept((tx, scope, values: ListValues) =>
  tx.select().from(task).where(filtersOf(scope, values)).orderBy(desc(task.id)).limit(values.rows),
);

const taskSearch = kept((tx, scope, { pattern, rowsSearched, ...values }: SearchValues) => {
  const seen = tx
    .select({ ...getTableColumns(task), ...searchColumns(task.id, pattern, [task.title, task.description]) })
    .from(task)
    .where(filtersOf(scope, values))
    .orderBy(desc(task.id))
    .limit(rowsSearched)
    .as("seen");
  return tx
    .select()
    .from(seen)
    .where(foundOrLast(seen, rowsSearched))
    .orderBy(desc(seen.id))
    .limit(values.rows);
});

export async function listTasks(scope: Scope, input: ListTasks): Promise<Page<Task>> {
  const { search, cursor, limit, ...given } = input;
  const values = { ...given, ...pageValues({ cursor, limit }) };
  if (search === undefined) return toPage(await taskList(scope, values), limit);
  const pattern = patternOf(search);
  const rows = await taskSearch(scope, { ...values, pattern, rowsSearched: ROWS_SEARCHED });
  return toSearchPage(rows, { limit, rowsSearched: ROWS_SEARCHED });
}

export async function getTask(scope: Scope, { id }: TaskRef): Promise<Task> {
  const [row] = await scope.tx
    .select()
    .from(task)
    .where(and(eq(task.id, id), inWorkspace(task, scope), ownOrAny(task, scope)));
  return row ?? outOfReach();
}

type NewTask = CreateTask & { position: string };

const taskInsert = kept((tx, scope, values: NewTask & { id: string }) =>
  tx
    .insert(task)
    .values({ ...values, workspaceId: scope.workspaceId, ownerId: scope.userId })
    .returning(),
);

/** A project or assignee outside the workspace breaks a composite reference: the uniform 403. */
export async function insertTask(scope: Scope, input: NewTask): Promise<Task> {
  const [row] = await taskInsert(scope, { id: newId(), ...input });
  if (!row) return outOfReach();
  noteChange(scope, { before: null, after: recorded(row) });
  return row;
}

export async function updateTask(scope: Scope, { id, version, ...changes }: UpdateTask): Promise<Task> {
  return changeTask(scope, { id, version }, changes);
}

export async function moveTask(scope: Scope, { id, version, ...place }: MoveTask): Promise<Task> {
  return changeTask(scope, { id, version }, place);
}

export async function assignTask(scope: Scope, { id, version, assigneeId }: AssignTask): Promise<Task> {
  return changeTask(scope, { id, version }, { assigneeId });
}

export async function deleteTask(scope: Scope, { id, version }: DeleteTask): Promise<{ id: string }> {
  const [row] = await scope.tx
    .delete(task)
    .where(and(eq(task.id, id), inWorkspace(task, scope), ownOrAny(task, scope), atVersion(task, version)))
    .returning();
  if (!row) return notChanged(await isInReach(scope, task, id));
  noteChange(scope, { before: recorded(row), after: null });
  return { id };
}

type Changes = Partial<
  Pick<
    Task,
    "title" | "description" | "status" | "priority" | "dueAt" | "projectId" | "assigneeId" | "position"
  >
>;

async function changeTask(
  scope: Scope,
  { id, version }: DeleteTask,
  changes: { [Key in keyof Changes]: Changes[Key] | undefined },
): Promise<Task> {
  const reached = and(
    eq(task.id, id),
    inWorkspace(task, scope),
    ownOrAny(task, scope),
    atVersion(task, version),
  );
  const [[before], [after]] = await Promise.all([
    scope.tx.select().from(task).where(reached).for("update"),
    scope.tx
      .update(task)
      .set({ ...changes, version: sql`${task.version} + 1`, updatedAt: sql`now()` })
      .where(reached)
      .returning(),
  ]);
  if (!before || !after) return notChanged(await isInReach(scope, task, id));
  noteChange(scope, { before: recorded(before), after: recorded(after) });
  return after;
}

/** What happened to tasks within reach, for `ctx.follow`. */
export const taskChanges = {
  reset: { kind: "reset" as const },
  begin: (scope: Scope, cursor: string | undefined) => beginning(scope.tx, cursor),
  async read(scope: Scope, cursor: string): Promise<Batch<TaskChange>> {
    const { columns, by } = order(taskChange);
    const rows = await scope.tx
      .select({ ...columns, id: taskChange.taskId, kind: taskChange.kind, version: taskChange.version })
      .from(taskChange)
      .where(and(inWorkspace(taskChange, scope), ownOrAny(taskChange, scope), isAfter(taskChange, cursor)))
      .orderBy(...by)
      .limit(BATCH);
    return toBatch(rows, ({ id, kind, version }) => ({ id, kind, version }));
  },
};
