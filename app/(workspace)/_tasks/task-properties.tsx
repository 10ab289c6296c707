"use client";

import { type ReactNode, useState } from "react";
import { Avatar } from "@/app/_ui/avatar";
import { RelativeTime } from "@/app/_ui/relative-time";
import type { Task } from "@/server/features/task/schema";
import { useMembers } from "../_data/members";
import { ChoiceMenu } from "../_properties/choice-menu";
import { ProjectMenu } from "../_properties/project-menu";
import { AssigneeMenu } from "./assignee-menu";
import { PRIORITY_CHOICES, STATUS_CHOICES } from "./choices";
import { DuePopover } from "./due-popover";
import { type TaskChange, useTaskChanges } from "./use-task-changes";

/** Each is saved as it is chosen. */
export function TaskProperties({ task, editable }: { task: Task; editable: boolean }) {
  const { change } = useTaskChanges();
  const { nameOf } = useMembers();
  const [said, setSaid] = useState("");
  const set = async (changes: TaskChange) => {
    setSaid("");
    if (await change(task, changes)) setSaid("Saved");
  };
  const face = { look: "field", readOnly: !editable } as const;
  return (
    <aside aria-label="Properties" className="lg:border-line lg:border-l lg:pl-8">
      <dl className="flex flex-col gap-1 pointer-coarse:gap-0">
        <Property name="Status">
          <ChoiceMenu
            {...face}
            name="Status"
            value={task.status}
            choices={STATUS_CHOICES}
            onChoose={(status) => void set({ status })}
          />
        </Property>
        <Property name="Priority">
          <ChoiceMenu
            {...face}
            name="Priority"
            value={task.priority}
            choices={PRIORITY_CHOICES}
            onChoose={(priority) => void set({ priority })}
          />
        </Property>
        <Property name="Due">
          <DuePopover
            {...face}
            dueAt={task.dueAt}
            status={task.status}
            onChoose={(dueAt) => void set({ dueAt })}
          />
        </Property>
        <Property name="Assignee">
          <AssigneeMenu
            {...face}
            assigneeId={task.assigneeId}
            onChoose={(assigneeId) => void set({ assigneeId })}
          />
        </Property>
        <Property name="Project">
          <ProjectMenu
            {...face}
            projectId={task.projectId}
            onChoose={(projectId) => void set({ projectId })}
          />
        </Property>
        <Property name="Owner">
          <span className="flex h-8 min-w-0 items-center pointer-coarse:h-11 gap-1.5 text-[0.8125rem]">
            <Avatar name={nameOf(task.ownerId)} size="xs" />
            <span className="truncate">{nameOf(task.ownerId)}</span>
          </span>
        </Property>
        <Property name="Made">
          <span className="flex h-8 items-center pointer-coarse:h-11 text-[0.8125rem]">
            <RelativeTime value={task.createdAt} />
          </span>
        </Property>
      </dl>
      <p role="status" className="sr-only">
        {said}
      </p>
    </aside>
  );
}

function Property({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[5.5rem_minmax(0,1fr)] items-center gap-2">
      <dt className="text-[0.8125rem] text-ink-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}
