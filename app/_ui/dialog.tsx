"use client";

import { clsx } from "clsx";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { IconButton } from "@/app/_ui/icon-button";
import { useReturnFocus } from "@/app/_ui/use-return-focus";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  size?: "sm" | "md" | "lg";
  children: ReactNode;
}

const WIDTH = { sm: "max-w-sm", md: "max-w-lg", lg: "max-w-2xl" } as const;

/** A modal for a form or details. Radix keeps the focus in, gives it back, and closes on Escape. */
export function Dialog({ open, onOpenChange, title, description, size = "md", children }: DialogProps) {
  const returnFocus = useReturnFocus();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 grid animate-fade justify-items-center overflow-y-auto bg-scrim p-4 sm:py-[12vh]">
          <Radix.Content
            onCloseAutoFocus={returnFocus}
            {...(description === undefined && { "aria-describedby": undefined })}
            className={clsx(
              "relative my-auto w-full animate-pop rounded-2xl border border-line bg-raised p-5 shadow-pop outline-none sm:my-0 sm:self-start sm:p-6",
              WIDTH[size],
            )}
          >
            <div className="mb-5 pr-9">
              <Radix.Title className="font-semibold text-base">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description className="mt-1 text-ink-muted text-sm">{description}</Radix.Description>
              )}
            </div>
            {children}
            <Radix.Close asChild>
              <IconButton label="Close" tooltip={false} size="sm" className="absolute! top-4 right-4">
                <X aria-hidden="true" />
              </IconButton>
            </Radix.Close>
          </Radix.Content>
        </Radix.Overlay>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The row of buttons that ends a dialog: put the main action last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <div className="mt-6 flex flex-col-reverse gap-2 sm:flex-row sm:justify-end [&>button]:max-sm:h-10">
      {children}
    </div>
  );
}
