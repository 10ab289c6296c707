"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Notice } from "@/app/_ui/notice";
import { useToast } from "@/app/_ui/toast";
import type { ApiKey } from "@/server/features/api-key/schema";

interface RevokeDialogProps {
  apiKey: ApiKey | null;
  onClose: () => void;
}

export function RevokeDialog({ apiKey, onClose }: RevokeDialogProps) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const toast = useToast();
  const revoke = useMutation(
    trpc.apiKey.revoke.mutationOptions({
      onSuccess: ({ name }) => {
        void client.invalidateQueries(trpc.apiKey.list.pathFilter());
        toast({ title: `“${name}” was revoked` });
        onClose();
      },
    }),
  );
  const failure = revoke.error ? errorOf(revoke.error) : undefined;
  return (
    <ConfirmDialog
      open={apiKey !== null}
      onOpenChange={(next) => {
        if (next) return;
        revoke.reset();
        onClose();
      }}
      title={`Revoke “${apiKey?.name ?? ""}”?`}
      description="Whatever uses this key is refused at once. It cannot be brought back."
      confirmLabel="Revoke key"
      pending={revoke.isPending}
      onConfirm={() => apiKey && revoke.mutate({ id: apiKey.id })}
    >
      {failure && (
        <Notice tone="danger" requestId={failure.requestId}>
          {failure.message}
        </Notice>
      )}
    </ConfirmDialog>
  );
}
