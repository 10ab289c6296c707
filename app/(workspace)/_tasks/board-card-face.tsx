"use client";

import { clsx } from "clsx";
import { CalendarDays } from "lucide-react";
import type { ReactNode } from "react";
import { Avatar } from "@/app/_ui/avatar";
import type { Task } from "@/server/features/task/schema";
import { useMembers } from "../_data/members";
import { dayOf, dueLabel, dueLong } from "./due-date";
import { PRIORITY_LABEL } from "./labels";
import { PriorityIcon } from "./priority-icon";
import { useToday } from "./use-today";

interface BoardCardFaceProps {
  task: Task;
  title: ReactNode;
  action?: ReactNode;
}

/** What a card shows, on the board and under the pointer that carries it. */
export function BoardCardFace({ task, title, action }: BoardCardFaceProps) {
  const { nameOf } = useMembers();
  const today = useToday();
  const late = task.dueAt !== null && today !== null && task.status !== "done" && dayOf(task.dueAt) < today;
  const assignee = task.assigneeId && nameOf(task.assigneeId);
  return (
    <div className="p-3 pr-2">
      <div className="flex items-start gap-1">
        <div
          className={clsx("min-w-0 flex-1 text-sm", task.status === "done" ? "text-ink-muted" : "text-ink")}
        >
          {title}
        </div>
        {action}
      </div>
      <div className="mt-2 flex h-5 items-center gap-2 text-ink-muted text-xs">
        <span title={`Priority: ${PRIORITY_LABEL[task.priority]}`}>
          <PriorityIcon priority={task.priority} />
          <span className="sr-only">Priority: {PRIORITY_LABEL[task.priority]}</span>
        </span>
        {task.dueAt && (
          <span
            title={`Due date: ${dueLong(task.dueAt)}`}
            className={clsx("flex items-center gap-1", late && "text-danger-text")}
          >
            <CalendarDays aria-hidden="true" className="size-3.5" />
            <span className="sr-only">{late ? "Overdue since" : "Due"}</span>
            {dueLabel(task.dueAt, today)}
          </span>
        )}
        {assignee && (
          <span title={`Assignee: ${assignee}`} className="mr-1 ml-auto">
            <Avatar name={assignee} size="xs" />
            <span className="sr-only">Assignee: {assignee}</span>
          </span>
        )}
      </div>
    </div>
  );
}
