"use client";

import { errorOf } from "@/app/_api/errors";
import { Dialog } from "@/app/_ui/dialog";
import { useToast } from "@/app/_ui/toast";
import type { Project } from "@/server/features/project/schema";
import { ProjectForm } from "./project-form";
import { useProjectChanges } from "./use-project-changes";

interface EditProjectDialogProps {
  project: Project;
  onClose: () => void;
}

export function EditProjectDialog({ project, onClose }: EditProjectDialogProps) {
  const { update } = useProjectChanges(project);
  const toast = useToast();
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Edit project">
      <ProjectForm
        initial={project}
        action="Save"
        pending={update.isPending}
        error={update.error ? errorOf(update.error) : undefined}
        onCancel={onClose}
        onSubmit={(values) =>
          update.mutate(
            { id: project.id, version: project.version, ...values },
            {
              onSuccess: () => {
                toast({ title: "Project saved" });
                onClose();
              },
            },
          )
        }
      />
    </Dialog>
  );
}
