"use client";

import { Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useCan } from "@/app/_shell/me";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { IconButton } from "@/app/_ui/icon-button";
import { useToast } from "@/app/_ui/toast";
import type { Task } from "@/server/features/task/schema";
import { useProjects } from "../_data/use-projects";
import { useWorkspacePath } from "../_data/use-workspace-path";
import { useTaskChanges } from "./use-task-changes";

/** Where the task belongs, and the way to be rid of it. */
export function TaskHeader({ task }: { task: Task }) {
  const path = useWorkspacePath();
  const router = useRouter();
  const toast = useToast();
  const { remove } = useTaskChanges();
  const [asking, setAsking] = useState(false);
  const [pending, setPending] = useState(false);
  const project = useProjects().find(({ id }) => id === task.projectId);
  const parent = task.projectId ? path(`/projects/${task.projectId}`) : path("/tasks");

  const confirm = async () => {
    setPending(true);
    if (await remove(task)) {
      toast({ title: "Task deleted" });
      router.replace(parent);
    } else {
      setPending(false);
      setAsking(false);
    }
  };
  return (
    <header className="mb-3 flex min-h-9 items-center justify-between gap-4">
      <nav
        aria-label="Breadcrumb"
        className="flex min-w-0 items-center gap-1.5 text-[0.8125rem] text-ink-muted"
      >
        <Link href={path("/tasks")} className="rounded hover:text-ink">
          Tasks
        </Link>
        {task.projectId && (
          <>
            <span aria-hidden="true">/</span>
            <Link href={parent} className="min-w-0 truncate rounded hover:text-ink">
              {project?.name ?? "Project"}
            </Link>
          </>
        )}
      </nav>
      {useCan()("task:delete", task.ownerId) && (
        <IconButton label="Delete task" size="sm" onClick={() => setAsking(true)}>
          <Trash2 aria-hidden="true" />
        </IconButton>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Delete this task?"
        description={`“${task.title}” cannot be brought back.`}
        confirmLabel="Delete task"
        pending={pending}
        onConfirm={() => void confirm()}
      />
    </header>
  );
}
