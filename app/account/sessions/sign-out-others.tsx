"use client";

import { useState } from "react";
import { errorOf } from "@/app/_api/errors";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Notice } from "@/app/_ui/notice";
import { useToast } from "@/app/_ui/toast";
import { useSessionChanges } from "./use-session-changes";

export function SignOutOthers() {
  const { revokeOthers } = useSessionChanges();
  const [open, setOpen] = useState(false);
  const toast = useToast();
  const failure = revokeOthers.error ? errorOf(revokeOthers.error) : undefined;
  const change = (next: boolean) => {
    revokeOthers.reset();
    setOpen(next);
  };
  return (
    <>
      <Button onClick={() => change(true)}>Sign out all others</Button>
      <ConfirmDialog
        open={open}
        onOpenChange={change}
        title="Sign out all other devices?"
        description="Each of them has to sign in again. This device stays signed in."
        confirmLabel="Sign out others"
        pending={revokeOthers.isPending}
        onConfirm={() =>
          revokeOthers.mutate(undefined, {
            onSuccess: () => {
              change(false);
              toast({ title: "All other devices are signed out" });
            },
          })
        }
      >
        {failure && (
          <Notice tone="danger" requestId={failure.requestId}>
            {failure.message}
          </Notice>
        )}
      </ConfirmDialog>
    </>
  );
}
