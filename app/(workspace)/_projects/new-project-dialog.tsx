"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { Dialog } from "@/app/_ui/dialog";
import { useWorkspacePath } from "../_data/use-workspace-path";
import { ProjectForm } from "./project-form";

const EMPTY = { name: "", description: "" };

interface NewProjectDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function NewProjectDialog({ open, onOpenChange }: NewProjectDialogProps) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const router = useRouter();
  const path = useWorkspacePath();
  const create = useMutation(
    trpc.project.create.mutationOptions({
      onSuccess: (project) => {
        client.setQueryData(trpc.project.get.queryKey({ id: project.id }), project);
        void client.invalidateQueries(trpc.project.list.pathFilter());
        router.push(path(`/projects/${project.id}`));
      },
    }),
  );
  const change = (next: boolean) => {
    if (!next) create.reset();
    onOpenChange(next);
  };
  return (
    <Dialog open={open} onOpenChange={change} title="New project">
      <ProjectForm
        initial={EMPTY}
        action="Create project"
        pending={create.isPending || create.isSuccess}
        error={create.error ? errorOf(create.error) : undefined}
        onSubmit={(values) => create.mutate(values)}
        onCancel={() => change(false)}
      />
    </Dialog>
  );
}
