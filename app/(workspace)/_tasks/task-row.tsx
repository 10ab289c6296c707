"use client";

import { clsx } from "clsx";
import { type KeyboardEvent, memo, useState } from "react";
import type { Task } from "@/server/features/task/schema";
import { IntentLink } from "../_data/intent-link";
import { shortcutsAreOn } from "../_keyboard/preference";
import { rowOf } from "../_keyboard/row-keys";
import { ChoiceMenu } from "../_properties/choice-menu";
import { AssigneeMenu } from "./assignee-menu";
import { PRIORITY_CHOICES, STATUS_CHOICES } from "./choices";
import { DuePopover } from "./due-popover";
import type { TaskChange } from "./use-task-changes";

const PROPERTY_KEYS = { s: "status", p: "priority", d: "due", a: "assignee" } as const;
type Property = (typeof PROPERTY_KEYS)[keyof typeof PROPERTY_KEYS];

interface TaskRowProps {
  task: Task;
  href: string;
  editable: boolean;
  /** Shown where tasks of several projects stand together. */
  projectName?: string | undefined;
  onChange: (task: Task, change: TaskChange) => void;
}

/** A task in a list. All of it opens the task; its properties are changed in place. */
export const TaskRow = memo(function TaskRow({ task, href, editable, projectName, onChange }: TaskRowProps) {
  const [open, setOpen] = useState<Property | null>(null);
  const control = (property: Property) => ({
    open: open === property,
    onOpenChange: (next: boolean) => setOpen(next ? property : null),
    readOnly: !editable,
  });
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (!editable || open || event.ctrlKey || event.metaKey || event.altKey || !shortcutsAreOn()) return;
    if (!rowOf(event)) return;
    const property = PROPERTY_KEYS[event.key as keyof typeof PROPERTY_KEYS];
    if (!property) return;
    event.preventDefault();
    setOpen(property);
  };
  return (
    <li
      onKeyDown={onKeyDown}
      className="group/row relative grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-1.5 px-2.5 py-1.5 transition-colors first:rounded-t-xl last:rounded-b-xl focus-within:bg-hover hover:bg-hover sm:flex sm:py-1"
    >
      <span className="relative z-10 -ml-1 self-start sm:ml-0 sm:self-center">
        <ChoiceMenu
          name="Status"
          value={task.status}
          choices={STATUS_CHOICES}
          onChoose={(status) => onChange(task, { status })}
          {...control("status")}
        />
      </span>
      <IntentLink
        href={href}
        data-row
        className={clsx(
          "min-w-0 flex-1 break-words py-1 text-sm after:absolute after:inset-0 after:rounded-[inherit] focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-ring focus-visible:after:-outline-offset-2 sm:truncate",
          task.status === "done" ? "text-ink-muted" : "text-ink",
        )}
      >
        {task.title}
      </IntentLink>
      <span className="relative z-10 col-start-2 -ml-1.5 flex min-w-0 flex-wrap items-center gap-x-0.5 sm:ml-0 sm:shrink-0 sm:flex-nowrap">
        {projectName !== undefined && (
          <span className="max-w-44 truncate rounded-md px-1.5 text-ink-faint text-xs">{projectName}</span>
        )}
        <DuePopover
          dueAt={task.dueAt}
          status={task.status}
          onChoose={(dueAt) => onChange(task, { dueAt })}
          {...control("due")}
        />
        <ChoiceMenu
          name="Priority"
          value={task.priority}
          choices={PRIORITY_CHOICES}
          onChoose={(priority) => onChange(task, { priority })}
          {...control("priority")}
        />
        <AssigneeMenu
          assigneeId={task.assigneeId}
          onChoose={(assigneeId) => onChange(task, { assigneeId })}
          {...control("assignee")}
        />
      </span>
    </li>
  );
});
