"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Notice } from "@/app/_ui/notice";
import { useToast } from "@/app/_ui/toast";
import type { Document } from "@/server/features/document/schema";
import { useWorkspacePath } from "../_data/use-workspace-path";

interface DeleteDocumentDialogProps {
  document: Document;
  open: boolean;
  onClose: () => void;
}

export function DeleteDocumentDialog({ document, open, onClose }: DeleteDocumentDialogProps) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const router = useRouter();
  const path = useWorkspacePath();
  const toast = useToast();
  const remove = useMutation(
    trpc.document.delete.mutationOptions({
      onSuccess: () => {
        void client.invalidateQueries({ ...trpc.document.list.pathFilter(), refetchType: "none" });
        toast({ title: `“${document.title}” was deleted` });
        router.replace(path("/documents"));
      },
    }),
  );
  const failure = remove.error ? errorOf(remove.error) : undefined;
  const stale = failure?.reason === "STALE_VERSION";
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => {
        if (next) return;
        remove.reset();
        onClose();
      }}
      title={`Delete “${document.title}”?`}
      description="The document goes with all its versions. This cannot be undone."
      confirmLabel={stale ? "Delete all the same" : "Delete document"}
      pending={remove.isPending || remove.isSuccess}
      onConfirm={() => remove.mutate({ id: document.id, ...(!stale && { version: document.version }) })}
    >
      {failure && (
        <Notice tone={stale ? "info" : "danger"} requestId={failure.requestId}>
          {stale ? "Somebody saved a newer version meanwhile." : failure.message}
        </Notice>
      )}
    </ConfirmDialog>
  );
}
