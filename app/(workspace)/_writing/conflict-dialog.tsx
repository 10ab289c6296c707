"use client";

import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog, DialogActions } from "@/app/_ui/dialog";
import { Notice } from "@/app/_ui/notice";
import { RelativeTime } from "@/app/_ui/relative-time";
import { DiffView } from "./diff-view";
import type { Draft, Versioned, Words } from "./use-draft";

interface ConflictDialogProps<Row extends Versioned> {
  draft: Draft<Row>;
  theirs: Row;
  wordsOf: (row: Row) => Words;
  /** What becomes of the words that are not chosen. */
  note: string;
}

/** Two people saved. Nobody's words are lost unless the second says so. */
export function ConflictDialog<Row extends Versioned>({
  draft,
  theirs,
  wordsOf,
  note,
}: ConflictDialogProps<Row>) {
  const [copied, setCopied] = useState(false);
  const other = wordsOf(theirs);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(`# ${draft.words.title}\n\n${draft.words.body}`);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && draft.postpone()}
      size="lg"
      title="Somebody else saved meanwhile"
      description={
        <>
          They saved version {theirs.version} <RelativeTime value={theirs.updatedAt} />. Your words are still
          here; this is how they differ from theirs.
        </>
      }
    >
      {other.title !== draft.words.title && (
        <p className="mb-3 break-words text-sm">
          Their title: <span className="font-medium">{other.title}</span>
        </p>
      )}
      <DiffView before={other.body} after={draft.words.body} className="max-h-[40dvh]" />
      {draft.failure && (
        <div className="mt-3">
          <Notice tone="danger" requestId={draft.failure.requestId}>
            {draft.failure.message}
          </Notice>
        </div>
      )}
      <DialogActions>
        <Button onClick={() => void copy()}>{copied ? "Copied" : "Copy mine"}</Button>
        <Button onClick={() => draft.adopt(theirs)}>Take theirs</Button>
        <Button variant="primary" pending={draft.saving} onClick={() => void draft.save(theirs.version)}>
          Save mine over theirs
        </Button>
      </DialogActions>
      <p className="mt-3 text-ink-faint text-xs sm:text-right">{note}</p>
    </Dialog>
  );
}
