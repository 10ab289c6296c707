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
  wordsOf: (row: Row) => Words;
  /** What becomes of the words that are not chosen. */
  note: string;
}

/** Two people saved. Nobody's words are lost unless the second says so. */
export function ConflictDialog<Row extends Versioned>({ draft, wordsOf, note }: ConflictDialogProps<Row>) {
  const { theirs } = draft;
  return (
    <Dialog
      open={theirs !== null}
      onOpenChange={(open) => !open && draft.postpone()}
      size="lg"
      title="Somebody else saved meanwhile"
      description="Your words are still here. This is how they differ from what is saved now."
    >
      {theirs && <Choice draft={draft} theirs={theirs} other={wordsOf(theirs)} note={note} />}
    </Dialog>
  );
}

interface ChoiceProps<Row extends Versioned> {
  draft: Draft<Row>;
  theirs: Row;
  other: Words;
  note: string;
}

function Choice<Row extends Versioned>({ draft, theirs, other, note }: ChoiceProps<Row>) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(`# ${draft.words.title}\n\n${draft.words.body}`);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <>
      <p className="mb-3 break-words text-[0.8125rem] text-ink-muted">
        Version {theirs.version}, saved <RelativeTime value={theirs.updatedAt} />
        {other.title !== draft.words.title && (
          <>
            , with the title <span className="font-medium text-ink">{other.title}</span>
          </>
        )}
      </p>
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
    </>
  );
}
