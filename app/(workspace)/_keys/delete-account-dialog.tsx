"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Notice } from "@/app/_ui/notice";
import type { ServiceAccount } from "@/server/features/service-account/schema";

interface DeleteAccountDialogProps {
  account: ServiceAccount | null;
  onClose: () => void;
}

export function DeleteAccountDialog({ account, onClose }: DeleteAccountDialogProps) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const remove = useMutation(
    trpc.serviceAccount.delete.mutationOptions({
      onSuccess: () => {
        void client.invalidateQueries(trpc.serviceAccount.list.pathFilter());
        void client.invalidateQueries(trpc.apiKey.list.pathFilter());
        onClose();
      },
    }),
  );
  const failure = remove.error ? errorOf(remove.error) : undefined;
  return (
    <ConfirmDialog
      open={account !== null}
      onOpenChange={(next) => {
        if (next) return;
        remove.reset();
        onClose();
      }}
      title={`Delete “${account?.name ?? ""}”?`}
      description="Its keys and its certificate are refused at once. Neither can be brought back."
      confirmLabel="Delete account"
      pending={remove.isPending}
      onConfirm={() => account && remove.mutate({ id: account.id })}
    >
      {failure && (
        <Notice tone="danger" requestId={failure.requestId}>
          {failure.message}
        </Notice>
      )}
    </ConfirmDialog>
  );
}
