"use client";

import { errorOf } from "@/app/_api/errors";
import { Dialog } from "@/app/_ui/dialog";
import { useToast } from "@/app/_ui/toast";
import type { Project } from "@/server/features/project/schema";
import { ProjectForm } from "./project-form";
import { useProjectChanges } from "./use-project-changes";

interface EditProjectDialogProps {
  project: Project;
  open: boolean;
  onClose: () => void;
}

export function EditProjectDialog({ project, open, onClose }: EditProjectDialogProps) {
  const { update } = useProjectChanges(project);
  const toast = useToast();
  const close = () => {
    update.reset();
    onClose();
  };
  return (
    <Dialog open={open} onOpenChange={(next) => !next && close()} title="Edit project">
      <ProjectForm
        initial={project}
        action="Save"
        pending={update.isPending}
        error={update.error ? errorOf(update.error) : undefined}
        onCancel={close}
        onSubmit={(values) =>
          update.mutate(
            { id: project.id, version: project.version, ...values },
            {
              onSuccess: () => {
                toast({ title: "Project saved" });
                close();
              },
            },
          )
        }
      />
    </Dialog>
  );
}
