import type { Task, TaskStatus } from "@/server/features/task/schema";
import { dayOf, daysBetween } from "./due-date";
import { STATUSES } from "./labels";
import { byPlace } from "./place";
import type { DueRange, TaskFilter } from "./task-filter";

export type Columns = Record<TaskStatus, Task[]>;

/** Where a task is, or would be: a column, and a place among its other tasks. */
export interface Place {
  status: TaskStatus;
  index: number;
}

/** The tasks by state, each column in its order. */
export function columnsOf(tasks: readonly Task[]): Columns {
  const columns: Columns = { todo: [], in_progress: [], done: [] };
  for (const task of tasks) columns[task.status].push(task);
  for (const status of STATUSES) columns[status].sort(byPlace);
  return columns;
}

export function placeOf(columns: Columns, id: string): Place | undefined {
  for (const status of STATUSES) {
    const index = columns[status].findIndex((task) => task.id === id);
    if (index !== -1) return { status, index };
  }
  return undefined;
}

/** The columns as they look with a task carried to another place. */
export function carried(columns: Columns, task: Task, { status, index }: Place): Columns {
  const without = (column: Task[]) => column.filter(({ id }) => id !== task.id);
  const result: Columns = {
    todo: without(columns.todo),
    in_progress: without(columns.in_progress),
    done: without(columns.done),
  };
  result[status] = result[status].toSpliced(index, 0, task);
  return result;
}

/**
 * The place in the whole column for a place among the tasks that the filter lets through: right after the one seen
 * above it, or right before the one seen below.
 */
export function wholePlace(whole: Columns, seen: Columns, id: string, { status, index }: Place): Place {
  const others = seen[status].filter((task) => task.id !== id);
  const all = whole[status].filter((task) => task.id !== id);
  const at = (neighbour: Task | undefined) => all.findIndex((task) => task.id === neighbour?.id);
  if (index > 0) return { status, index: at(others[index - 1]) + 1 };
  const below = at(others[0]);
  return { status, index: below === -1 ? all.length : below };
}

/** The board has all tasks at hand, so it filters by itself. */
export function filterTasks(tasks: Task[], filter: TaskFilter, userId: string, today: string | null): Task[] {
  const words = filter.q.toLowerCase();
  const assigneeId = filter.assignee === "me" ? userId : filter.assignee;
  return tasks.filter(
    (task) =>
      (!filter.priority || task.priority === filter.priority) &&
      (!assigneeId || task.assigneeId === assigneeId) &&
      (!filter.due || isDue(task, filter.due, today)) &&
      (!words || `${task.title}\n${task.description}`.toLowerCase().includes(words)),
  );
}

function isDue({ dueAt, status }: Task, due: DueRange, today: string | null): boolean {
  if (dueAt === null || today === null) return false;
  const away = daysBetween(today, dayOf(dueAt));
  if (due === "overdue") return away < 0 && status !== "done";
  return away >= 0 && away < (due === "today" ? 1 : 7);
}
