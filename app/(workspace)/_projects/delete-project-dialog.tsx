"use client";

import { useRouter } from "next/navigation";
import { errorOf } from "@/app/_api/errors";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Notice } from "@/app/_ui/notice";
import { useToast } from "@/app/_ui/toast";
import type { Project } from "@/server/features/project/schema";
import { useWorkspacePath } from "../_data/use-workspace-path";
import { useProjectChanges } from "./use-project-changes";

interface DeleteProjectDialogProps {
  project: Project;
  open: boolean;
  onClose: () => void;
}

export function DeleteProjectDialog({ project, open, onClose }: DeleteProjectDialogProps) {
  const { remove } = useProjectChanges(project);
  const router = useRouter();
  const path = useWorkspacePath();
  const toast = useToast();
  const failure = remove.error ? errorOf(remove.error) : undefined;
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => {
        if (next) return;
        remove.reset();
        onClose();
      }}
      title={`Delete “${project.name}”?`}
      description="Its tasks and documents stay in the workspace, without a project. The project itself cannot be brought back; archiving it can be undone."
      confirmLabel="Delete project"
      pending={remove.isPending || remove.isSuccess}
      onConfirm={() =>
        remove.mutate(
          { id: project.id, version: project.version },
          {
            onSuccess: () => {
              toast({ title: `“${project.name}” was deleted` });
              router.replace(path("/projects"));
            },
          },
        )
      }
    >
      {failure && (
        <Notice tone={failure.reason === "STALE_VERSION" ? "info" : "danger"} requestId={failure.requestId}>
          {failure.reason === "STALE_VERSION"
            ? "Somebody changed this project meanwhile. Delete it all the same?"
            : failure.message}
        </Notice>
      )}
    </ConfirmDialog>
  );
}
