"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Field } from "@/app/_ui/field";
import { Input } from "@/app/_ui/input";
import { Notice } from "@/app/_ui/notice";
import type { Workspace } from "@/server/features/workspace/schema";

interface DeleteWorkspaceDialogProps {
  workspace: Workspace;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Wants the name typed: all projects, tasks and documents of the workspace go with it. */
export function DeleteWorkspaceDialog({ workspace, open, onOpenChange }: DeleteWorkspaceDialogProps) {
  const trpc = useTRPC();
  const [typed, setTyped] = useState("");
  const remove = useMutation(
    // A full load: nothing that this page holds may be asked for again.
    trpc.workspace.delete.mutationOptions({ onSuccess: () => window.location.assign("/") }),
  );
  const error = remove.error ? errorOf(remove.error) : undefined;
  const change = (next: boolean) => {
    if (remove.isPending) return;
    remove.reset();
    setTyped("");
    onOpenChange(next);
  };
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={change}
      title={`Delete “${workspace.name}”?`}
      description="Its projects, tasks and documents are deleted for everybody in it. This cannot be undone."
      confirmLabel="Delete workspace"
      pending={remove.isPending || remove.isSuccess}
      disabled={typed.trim() !== workspace.name.trim()}
      onConfirm={() => remove.mutate({ id: workspace.id })}
    >
      <div className="flex flex-col gap-4">
        {error && (
          <Notice tone="danger" requestId={error.requestId}>
            {error.message}
          </Notice>
        )}
        <Field label="Type the name of the workspace to confirm">
          <Input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" />
        </Field>
      </div>
    </ConfirmDialog>
  );
}
