"use client";

import type { Task } from "@/server/features/task/schema";
import { MarkdownView } from "../_writing/markdown-view";

/** The words of a task, for those who may read them only. */
export function TaskText({ task }: { task: Task }) {
  return (
    <>
      <h1 className="mb-4 break-words font-semibold text-xl tracking-tight sm:text-2xl">{task.title}</h1>
      {task.description ? (
        <MarkdownView text={task.description} />
      ) : (
        <p className="text-ink-faint">There is no description.</p>
      )}
    </>
  );
}
