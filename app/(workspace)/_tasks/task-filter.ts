import type { ListTasks, TaskPriority, TaskStatus } from "@/server/features/task/schema";
import { isId } from "../_data/is-id";
import { addDays, instantOf } from "./due-date";
import { PRIORITIES, STATUSES } from "./labels";

export const DUE_RANGES = ["overdue", "today", "week"] as const;
export type DueRange = (typeof DUE_RANGES)[number];
export const DUE_LABEL: Record<DueRange, string> = {
  overdue: "Overdue",
  today: "Due today",
  week: "Due in 7 days",
};

/** What the address says: `?status=todo&assignee=me&q=words`. Unknown values are as if they were not there. */
export interface TaskFilter {
  status: TaskStatus | null;
  priority: TaskPriority | null;
  /** "me", or the id of a member. */
  assignee: string | null;
  project: string | null;
  due: DueRange | null;
  q: string;
}

export function readTaskFilter(params: URLSearchParams): TaskFilter {
  const oneOf = <Value extends string>(name: string, values: readonly Value[]) =>
    values.find((value) => value === params.get(name)) ?? null;
  const idOf = (name: string) => {
    const value = params.get(name);
    return value !== null && isId(value) ? value.toLowerCase() : null;
  };
  return {
    status: oneOf("status", STATUSES),
    priority: oneOf("priority", PRIORITIES),
    assignee: params.get("assignee") === "me" ? "me" : idOf("assignee"),
    project: idOf("project"),
    due: oneOf("due", DUE_RANGES),
    q: (params.get("q") ?? "").slice(0, 200).trim(),
  };
}

export function isFiltered({ status, priority, assignee, project, due, q }: TaskFilter): boolean {
  return Boolean(status || priority || assignee || project || due || q);
}

const PAGE_SIZE = 50;

/** The filter as `task.list` takes it. The range of days needs the reader's own `today`. */
export function taskListInput(filter: TaskFilter, userId: string, today: string | null, projectId?: string) {
  const project = projectId ?? filter.project;
  const input: Partial<ListTasks> = { limit: PAGE_SIZE };
  if (project) input.projectId = project;
  if (filter.status) input.status = filter.status;
  if (filter.priority) input.priority = filter.priority;
  if (filter.assignee) input.assigneeId = filter.assignee === "me" ? userId : filter.assignee;
  if (filter.q) input.search = filter.q;
  if (filter.due && today) Object.assign(input, range(filter.due, today));
  return input;
}

function range(due: DueRange, today: string): Pick<Partial<ListTasks>, "dueAfter" | "dueBefore"> {
  if (due === "overdue") return { dueBefore: instantOf(today) };
  return { dueAfter: instantOf(today), dueBefore: instantOf(addDays(today, due === "today" ? 1 : 7)) };
}
