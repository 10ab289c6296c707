import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/react-query";
import type { useTRPC } from "@/app/_api/client";
import type { ListTasks, Task } from "@/server/features/task/schema";

type Trpc = ReturnType<typeof useTRPC>;
interface TaskPage {
  items: Task[];
  nextCursor: string | null;
}
type TaskPages = InfiniteData<TaskPage, string | undefined>;

/** Keeps every list and page that holds a task in step, without asking the server again. */
export class TaskCache {
  constructor(
    private readonly client: QueryClient,
    private readonly trpc: Trpc,
  ) {}

  /** Shows a change at once, wherever the task is shown. */
  patch(id: string, change: Partial<Task>): void {
    this.client.setQueryData<Task>(
      this.trpc.task.get.queryKey({ id }),
      (task) => task && { ...task, ...change },
    );
    this.eachList((rows) => rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
  }

  /** The task as the server has it now: it leaves lists whose filter it no longer meets. */
  settle(task: Task): void {
    this.client.setQueryData<Task>(this.trpc.task.get.queryKey({ id: task.id }), task);
    this.eachList((rows, filter) =>
      rows.flatMap((row) => {
        if (row.id !== task.id) return [row];
        return meets(task, filter) ? [task] : [];
      }),
    );
    this.afterwards();
  }

  /** A new task goes to the head of every list that would hold it. */
  add(task: Task): void {
    this.client.setQueryData<Task>(this.trpc.task.get.queryKey({ id: task.id }), task);
    this.eachList((rows, filter, isFirst) =>
      isFirst && meets(task, filter) && !rows.some(({ id }) => id === task.id) ? [task, ...rows] : rows,
    );
    this.afterwards();
  }

  remove(id: string): void {
    this.eachList((rows) => rows.filter((row) => row.id !== id));
    this.client.removeQueries({
      queryKey: this.trpc.task.get.queryKey({ id }),
      exact: true,
      type: "inactive",
    });
    this.afterwards();
  }

  find(id: string): Task | undefined {
    const alone = this.client.getQueryData<Task>(this.trpc.task.get.queryKey({ id }));
    if (alone) return alone;
    for (const [, data] of this.client.getQueriesData<TaskPages>(this.trpc.task.list.pathFilter())) {
      const row = data?.pages?.flatMap(({ items }) => items).find((task) => task.id === id);
      if (row) return row;
    }
    return undefined;
  }

  /** Other lists are read afresh when they are next shown; the projects' counts are read now. */
  private afterwards(): void {
    void this.client.invalidateQueries({ ...this.trpc.task.list.pathFilter(), refetchType: "none" });
    void this.client.invalidateQueries(this.trpc.project.pathFilter());
  }

  private eachList(change: (rows: Task[], filter: Partial<ListTasks>, isFirst: boolean) => Task[]): void {
    for (const [key, data] of this.client.getQueriesData<TaskPages>(this.trpc.task.list.pathFilter())) {
      if (!data?.pages) continue;
      const filter = filterOf(key);
      const pages = data.pages.map((page, at) => ({ ...page, items: change(page.items, filter, at === 0) }));
      this.client.setQueryData<TaskPages>(key, { ...data, pages });
    }
  }
}

/** The input within a tRPC query key: `[path, { input }]`, or after a prefix. */
function filterOf(key: QueryKey): Partial<ListTasks> {
  const last = key.at(-1);
  if (typeof last !== "object" || last === null || !("input" in last)) return {};
  return (last.input ?? {}) as Partial<ListTasks>;
}

function meets(task: Task, filter: Partial<ListTasks>): boolean {
  const { dueAt } = task;
  const words = filter.search?.toLowerCase();
  return (
    is(filter.projectId, task.projectId) &&
    is(filter.status, task.status) &&
    is(filter.priority, task.priority) &&
    is(filter.assigneeId, task.assigneeId) &&
    (filter.dueBefore === undefined || (dueAt !== null && dueAt < filter.dueBefore)) &&
    (filter.dueAfter === undefined || (dueAt !== null && dueAt >= filter.dueAfter)) &&
    (words === undefined || `${task.title}\n${task.description}`.toLowerCase().includes(words))
  );
}

function is(wanted: string | undefined, value: string | null): boolean {
  return wanted === undefined || wanted === value;
}
