"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { WorkspaceNameForm } from "@/app/_shell/workspace-name-form";
import { Dialog } from "@/app/_ui/dialog";

interface CreateWorkspaceDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function CreateWorkspaceDialog({ open, onOpenChange }: CreateWorkspaceDialogProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const create = useMutation(
    trpc.workspace.create.mutationOptions({
      onSuccess: ({ id }) => {
        change(false);
        router.push(`/w/${id}`);
        return queryClient.invalidateQueries(trpc.workspace.list.queryFilter());
      },
    }),
  );
  const change = (next: boolean) => {
    create.reset();
    onOpenChange(next);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      size="sm"
      title="New workspace"
      description="Projects, tasks and documents of one group of people. Nothing in it is seen from another."
    >
      <WorkspaceNameForm
        name=""
        submitLabel="Create workspace"
        pending={create.isPending}
        error={create.error ? errorOf(create.error) : undefined}
        onSubmit={(name) => create.mutate({ name })}
        onCancel={() => change(false)}
      />
    </Dialog>
  );
}
