"use client";

import { AlertDialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { DialogActions } from "@/app/_ui/dialog";
import { useReturnFocus } from "@/app/_ui/use-return-focus";

interface AlertDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: ReactNode;
  children?: ReactNode;
  actions: ReactNode;
}

/** A modal that wants an answer: a press beside it does not close it. */
export function AlertDialog({ open, onOpenChange, title, description, children, actions }: AlertDialogProps) {
  const returnFocus = useReturnFocus();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 grid animate-fade justify-items-center overflow-y-auto bg-scrim p-4 sm:py-[16vh]">
          <Radix.Content
            onCloseAutoFocus={returnFocus}
            className="my-auto w-full max-w-md animate-pop rounded-2xl border border-line bg-raised p-5 shadow-pop outline-none sm:my-0 sm:self-start sm:p-6"
          >
            <Radix.Title className="font-semibold text-base">{title}</Radix.Title>
            <Radix.Description asChild>
              <div className="mt-1.5 break-words text-ink-muted text-sm">{description}</div>
            </Radix.Description>
            {children && <div className="mt-4">{children}</div>}
            <DialogActions>{actions}</DialogActions>
          </Radix.Content>
        </Radix.Overlay>
      </Radix.Portal>
    </Radix.Root>
  );
}
