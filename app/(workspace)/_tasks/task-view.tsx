"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/app/_api/client";
import { useCan } from "@/app/_shell/me";
import { Failure } from "../_data/failure";
import { TaskHeader } from "./task-header";
import { TaskProperties } from "./task-properties";
import { TaskSkeleton } from "./task-skeleton";
import { TaskText } from "./task-text";
import { TaskWords } from "./task-words";

/** One task: its words at one side, its properties at the other. */
export function TaskView({ taskId }: { taskId: string }) {
  const trpc = useTRPC();
  const can = useCan();
  const query = useQuery(trpc.task.get.queryOptions({ id: taskId }));
  if (!query.data) {
    if (!query.isError) return <TaskSkeleton />;
    return <Failure title="The task did not load" error={query.error} onRetry={() => void query.refetch()} />;
  }
  const task = query.data;
  const editable = can("task:update", task.ownerId);
  return (
    <>
      <TaskHeader task={task} />
      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_19rem]">
        <div className="min-w-0">
          {editable ? <TaskWords key={task.id} newest={task} /> : <TaskText task={task} />}
        </div>
        <TaskProperties task={task} editable={editable} />
      </div>
    </>
  );
}
