"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { IconButton } from "@/app/_ui/icon-button";
import { useReturnFocus } from "@/app/_ui/use-return-focus";
import type { Document } from "@/server/features/document/schema";
import { HistoryBody } from "./history-body";

interface HistorySheetProps {
  document: Document;
  open: boolean;
  /** Restoring would take the place of words that are not saved. */
  unsaved?: boolean;
  readOnly?: boolean;
  onRestored?: (restored: Document) => void;
  onClose: () => void;
}

/** The versions of a document, over the page. */
export function HistorySheet(props: HistorySheetProps) {
  const { document, open, unsaved = false, readOnly = false, onRestored, onClose } = props;
  const returnFocus = useReturnFocus();
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          className="fixed inset-y-0 right-0 z-40 flex w-full max-w-5xl animate-fade flex-col border-line border-l bg-canvas shadow-pop outline-none"
        >
          <header className="flex items-center justify-between border-line border-b bg-surface py-3 pr-3 pl-5">
            <Radix.Title className="min-w-0 truncate font-semibold text-sm">
              History of “{document.title}”
            </Radix.Title>
            <Radix.Close asChild>
              <IconButton label="Close" tooltip={false} size="sm">
                <X aria-hidden="true" />
              </IconButton>
            </Radix.Close>
          </header>
          <HistoryBody
            document={document}
            unsaved={unsaved}
            readOnly={readOnly}
            onRestored={(restored) => {
              onRestored?.(restored);
              onClose();
            }}
          />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
