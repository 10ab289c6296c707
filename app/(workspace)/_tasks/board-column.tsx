"use client";

import { useDroppable } from "@dnd-kit/core";
import { clsx } from "clsx";
import { useState } from "react";
import { useCan } from "@/app/_shell/me";
import { Button } from "@/app/_ui/button";
import type { Task, TaskStatus } from "@/server/features/task/schema";
import { useWorkspacePath } from "../_data/use-workspace-path";
import { BoardCard } from "./board-card";
import { STATUS_LABEL } from "./labels";
import { StatusIcon } from "./status-icon";
import type { Lifted, Step } from "./use-board";

const AT_ONCE = 60;

interface BoardColumnProps {
  status: TaskStatus;
  tasks: Task[];
  lifted: Lifted | null;
  onSend: (task: Task, to: TaskStatus | Step) => void;
}

export function BoardColumn({ status, tasks, lifted, onSend }: BoardColumnProps) {
  const { setNodeRef } = useDroppable({ id: status });
  const can = useCan();
  const path = useWorkspacePath();
  const [most, setMost] = useState(AT_ONCE);
  const heading = `column-${status}`;
  const hidden = tasks.length - most;
  return (
    <section
      ref={setNodeRef}
      data-column={status}
      aria-labelledby={heading}
      className={clsx(
        "flex w-[80vw] max-w-sm shrink-0 snap-center flex-col rounded-xl bg-sunken p-2 transition-colors md:w-auto md:max-w-none md:shrink",
        lifted?.at.status === status && "bg-hover",
      )}
    >
      <h2 id={heading} className="flex items-center gap-2 px-1.5 pt-1 pb-2.5 font-medium text-[0.8125rem]">
        <StatusIcon status={status} />
        {STATUS_LABEL[status]}
        <span className="text-ink-muted">
          {tasks.length}
          <span className="sr-only">{tasks.length === 1 ? " task" : " tasks"}</span>
        </span>
      </h2>
      <ul aria-labelledby={heading} className="flex min-h-24 flex-1 flex-col gap-2">
        {tasks.slice(0, most).map((task) => (
          <BoardCard
            key={task.id}
            task={task}
            href={path(`/tasks/${task.id}`)}
            editable={can("task:update", task.ownerId)}
            lifted={lifted?.task.id === task.id ? lifted.by : null}
            onSend={onSend}
          />
        ))}
      </ul>
      {hidden > 0 && (
        <Button variant="ghost" size="sm" className="mt-2" onClick={() => setMost(most + AT_ONCE)}>
          Show {Math.min(hidden, AT_ONCE)} more
        </Button>
      )}
    </section>
  );
}
