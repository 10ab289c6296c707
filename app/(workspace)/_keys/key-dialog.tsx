"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { Dialog } from "@/app/_ui/dialog";
import type { ApiKey } from "@/server/features/api-key/schema";
import type { ServiceAccount } from "@/server/features/service-account/schema";
import { KeyForm } from "./key-form";
import { RotateForm } from "./rotate-form";
import { ShownKey } from "./shown-key";

/** What a key is made for: oneself, a service account, or in place of another. */
export type For =
  | { kind: "person" }
  | { kind: "service"; account: ServiceAccount }
  | { kind: "rotate"; key: ApiKey };

interface KeyDialogProps {
  purpose: For | null;
  onClose: () => void;
}

/** Makes a key, then shows it this once. */
export function KeyDialog({ purpose, onClose }: KeyDialogProps) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const onSuccess = () => void client.invalidateQueries(trpc.apiKey.list.pathFilter());
  const create = useMutation(trpc.apiKey.create.mutationOptions({ onSuccess, gcTime: 0 }));
  const rotate = useMutation(trpc.apiKey.rotate.mutationOptions({ onSuccess, gcTime: 0 }));
  const made = create.data ?? rotate.data;
  const close = () => {
    create.reset();
    rotate.reset();
    onClose();
  };
  const failed = create.error ?? rotate.error;
  const shared = { error: failed ? errorOf(failed) : undefined, onCancel: close };
  return (
    <Dialog
      open={purpose !== null}
      onOpenChange={(next) => !next && close()}
      title={made ? "Copy the key now" : titleOf(purpose)}
    >
      {made && <ShownKey made={made} onDone={close} />}
      {!made && purpose?.kind === "rotate" && (
        <RotateForm
          {...shared}
          pending={rotate.isPending}
          onSubmit={(values) => rotate.mutate({ id: purpose.key.id, ...values })}
        />
      )}
      {!made && purpose && purpose.kind !== "rotate" && (
        <KeyForm
          {...shared}
          account={purpose.kind === "service" ? purpose.account : undefined}
          pending={create.isPending}
          onSubmit={(values) => create.mutate(values)}
        />
      )}
    </Dialog>
  );
}

function titleOf(purpose: For | null): string {
  if (purpose?.kind === "rotate") return `Rotate “${purpose.key.name}”`;
  return purpose?.kind === "service" ? `New key for ${purpose.account.name}` : "New key";
}
