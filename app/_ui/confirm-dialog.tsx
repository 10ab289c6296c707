"use client";

import { AlertDialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { AlertDialog } from "@/app/_ui/alert-dialog";
import { Button } from "@/app/_ui/button";

interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: ReactNode;
  confirmLabel: string;
  tone?: "danger" | "primary";
  pending?: boolean;
  /** Blocks the main button, for example until a name is typed. */
  disabled?: boolean;
  /** Stays open until the caller closes it, so that a failure can be shown in `children`. */
  onConfirm: () => void;
  children?: ReactNode;
}

/** Asks before something that is hard to undo. The focus starts on Cancel. */
export function ConfirmDialog({
  confirmLabel,
  tone = "danger",
  pending = false,
  disabled = false,
  onConfirm,
  ...frame
}: ConfirmDialogProps) {
  return (
    <AlertDialog
      {...frame}
      actions={
        <>
          <Radix.Cancel asChild>
            <Button>Cancel</Button>
          </Radix.Cancel>
          <Button variant={tone} pending={pending} disabled={disabled} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </>
      }
    />
  );
}
