"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { WorkspaceNameForm } from "@/app/_shell/workspace-name-form";
import { Dialog } from "@/app/_ui/dialog";
import { useToast } from "@/app/_ui/toast";
import type { Workspace } from "@/server/features/workspace/schema";

interface RenameWorkspaceDialogProps {
  workspace: Workspace;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function RenameWorkspaceDialog({ workspace, open, onOpenChange }: RenameWorkspaceDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const rename = useMutation(
    trpc.workspace.update.mutationOptions({
      onSuccess: ({ name }) => {
        onOpenChange(false);
        toast({ title: `Renamed to “${name}”` });
        return queryClient.invalidateQueries(trpc.workspace.pathFilter());
      },
    }),
  );
  const change = (next: boolean) => {
    rename.reset();
    onOpenChange(next);
  };
  return (
    <Dialog open={open} onOpenChange={change} size="sm" title="Rename workspace">
      <WorkspaceNameForm
        name={workspace.name}
        submitLabel="Rename"
        pending={rename.isPending}
        error={rename.error ? errorOf(rename.error) : undefined}
        onSubmit={(name) => rename.mutate({ id: workspace.id, name })}
        onCancel={() => change(false)}
      />
    </Dialog>
  );
}
