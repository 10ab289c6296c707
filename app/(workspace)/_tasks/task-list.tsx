"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleCheckBig, SearchX } from "lucide-react";
import { useCallback, useMemo } from "react";
import { useTRPC } from "@/app/_api/client";
import { useCan, useMe } from "@/app/_shell/me";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import type { Task } from "@/server/features/task/schema";
import { Failure } from "../_data/failure";
import { LoadMore } from "../_data/load-more";
import { Seeking } from "../_data/seeking";
import { useSeek } from "../_data/use-seek";
import { useWorkspacePath } from "../_data/use-workspace-path";
import { focusFirstRow, moveBetweenRows } from "../_keyboard/row-keys";
import { useShortcuts } from "../_keyboard/use-shortcuts";
import { isFiltered, type TaskFilter, taskListInput } from "./task-filter";
import { taskPages } from "./task-pages";
import { TaskRow } from "./task-row";
import { useLiveTasks } from "./use-live-tasks";
import { type TaskChange, useTaskChanges } from "./use-task-changes";
import { useToday } from "./use-today";

interface TaskListProps {
  filter: TaskFilter;
  projectId?: string;
  /** Names the project of a task, where tasks of several stand together. */
  projectName?: (id: string) => string | undefined;
}

export function TaskList({ filter, projectId, projectName }: TaskListProps) {
  const trpc = useTRPC();
  const { userId } = useMe();
  const can = useCan();
  const path = useWorkspacePath();
  const today = useToday();
  const { change } = useTaskChanges();
  useLiveTasks();
  const query = useInfiniteQuery({
    ...taskPages(trpc.task.list, taskListInput(filter, userId, today, projectId)),
    enabled: filter.due === null || today !== null,
    placeholderData: (before) => before,
  });
  const { data } = query;
  // What is done is never overdue, but the API does not know.
  const isToShow = useCallback(
    ({ status }: Task) => filter.due !== "overdue" || status !== "done",
    [filter.due],
  );
  const tasks = useMemo(
    () => data?.pages.flatMap(({ items }) => items.filter(isToShow)) ?? [],
    [data, isToShow],
  );
  useShortcuts({ j: focusFirstRow, ArrowDown: focusFirstRow });

  useSeek(query, ({ items }) => items.some(isToShow));

  const onChange = useCallback((task: Task, changes: TaskChange) => void change(task, changes), [change]);

  if (query.isError && !data) {
    return (
      <Failure title="The tasks did not load" error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  if (!data) {
    return (
      <Card>
        <SkeletonRows rows={6} label="Loading tasks" />
      </Card>
    );
  }
  if (tasks.length === 0 && query.hasNextPage) return <Seeking query={query} />;
  if (tasks.length === 0) return <NoTasks filtered={isFiltered(filter)} mayAdd={can("task:create")} />;
  return (
    <>
      <Card className={query.isPlaceholderData ? "opacity-60 transition-opacity" : "transition-opacity"}>
        <ul aria-label="Tasks" className="divide-y divide-line" onKeyDown={moveBetweenRows}>
          {tasks.map((task) => (
            <TaskRow
              key={task.id}
              task={task}
              href={path(`/tasks/${task.id}`)}
              editable={can("task:update", task.ownerId)}
              projectName={task.projectId ? projectName?.(task.projectId) : undefined}
              onChange={onChange}
            />
          ))}
        </ul>
      </Card>
      <LoadMore query={query} />
    </>
  );
}

function NoTasks({ filtered, mayAdd }: { filtered: boolean; mayAdd: boolean }) {
  if (filtered) {
    return (
      <EmptyState
        icon={<SearchX />}
        title="No task matches"
        description="Try fewer filters, or other words."
      />
    );
  }
  return (
    <EmptyState
      icon={<CircleCheckBig />}
      title="Nothing to do here yet"
      description={
        mayAdd
          ? "Write what comes next in the line above, and press Enter."
          : "Tasks that are added will show up here."
      }
    />
  );
}
