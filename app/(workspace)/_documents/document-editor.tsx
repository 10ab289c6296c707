"use client";

import { clsx } from "clsx";
import { useDeferredValue, useRef, useState } from "react";
import { issueOf } from "@/app/_api/errors";
import { Notice } from "@/app/_ui/notice";
import type { Document } from "@/server/features/document/schema";
import { useSaveKey } from "../_keyboard/use-save-key";
import { ConflictDialog } from "../_writing/conflict-dialog";
import { type EditorView, EditorViewSwitch } from "../_writing/editor-view-switch";
import { MarkdownToolbar } from "../_writing/markdown-toolbar";
import { MarkdownView } from "../_writing/markdown-view";
import { ScrollRegion } from "../_writing/scroll-region";
import { UnsavedGuard } from "../_writing/unsaved-guard";
import { useMarkdownKeys } from "../_writing/use-markdown-keys";
import { DocumentBar } from "./document-bar";
import { DocumentTitle } from "./document-title";
import { HistorySheet } from "./history-sheet";
import { useDocumentDraft, wordsOfDocument } from "./use-document-draft";

/** Writing with the result beside it. Saving is explicit, and never takes away what somebody else saved. */
export function DocumentEditor({ newest }: { newest: Document }) {
  const draft = useDocumentDraft(newest);
  const { dirty, overtaken, theirs, failure, saving } = draft;
  const { title, body } = draft.words;
  const [view, setView] = useState<EditorView>("split");
  const [history, setHistory] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const preview = useRef<HTMLElement>(null);
  const shown = useDeferredValue(body);
  const { mark, onKeyDown } = useMarkdownKeys(area);
  const titleProblem = title.trim() === "" ? "A document needs a title." : issueOf(failure, "title");
  const bodyProblem = issueOf(failure, "body");

  const save = async () => {
    if (saving || !dirty || title.trim() === "") return false;
    return draft.save();
  };
  useSaveKey(() => void save());
  const follow = () => {
    const from = area.current;
    const to = preview.current;
    if (!from || !to || from.scrollHeight <= from.clientHeight) return;
    to.scrollTop =
      (from.scrollTop / (from.scrollHeight - from.clientHeight)) * (to.scrollHeight - to.clientHeight);
  };

  return (
    <div className="flex flex-col lg:h-[calc(100dvh-4.5rem)]">
      <DocumentBar draft={draft} onSave={() => void save()} onHistory={() => setHistory(true)} />
      <DocumentTitle
        value={title}
        problem={titleProblem}
        onChange={(next) => draft.change({ title: next })}
        onEnter={() => area.current?.focus()}
      />
      {failure && !titleProblem && !bodyProblem && (
        <div className="mb-3">
          <Notice tone="danger" requestId={failure.requestId}>
            {failure.message}
          </Notice>
        </div>
      )}
      {overtaken && !theirs && (
        <div className="mb-3">
          <Notice>Somebody saved a newer version meanwhile. You can compare the two when you save.</Notice>
        </div>
      )}
      <div className="flex flex-wrap items-center justify-between gap-2 rounded-t-xl border border-line bg-surface px-1.5 py-1">
        <div className={clsx(view === "preview" && "invisible max-lg:hidden")}>
          <MarkdownToolbar onMark={mark} />
        </div>
        <EditorViewSwitch view={view} onChange={setView} />
      </div>
      <div
        className={clsx(
          "grid min-h-0 flex-1 rounded-b-xl border border-line border-t-0 bg-surface",
          view === "split" && "lg:grid-cols-2",
        )}
      >
        <textarea
          ref={area}
          value={body}
          onChange={(event) => draft.change({ body: event.target.value })}
          onKeyDown={onKeyDown}
          onScroll={follow}
          maxLength={200_000}
          spellCheck
          aria-label="Text in Markdown"
          aria-invalid={bodyProblem ? true : undefined}
          placeholder="Write in Markdown…"
          className={clsx(
            "field-sizing-content min-h-[50dvh] w-full resize-none rounded-b-xl bg-transparent px-5 py-4 font-mono text-base leading-7 focus-visible:-outline-offset-2 sm:text-[0.8125rem] sm:leading-6 lg:field-sizing-fixed lg:h-full lg:min-h-0",
            view === "preview" && "hidden",
          )}
        />
        <ScrollRegion
          ref={preview}
          aria-label="Preview"
          className={clsx(
            "min-h-[50dvh] overflow-y-auto border-line px-6 py-4 focus-visible:-outline-offset-2 lg:min-h-0",
            view === "write" && "hidden",
            view === "split" && "border-l max-lg:hidden",
          )}
        >
          {shown.trim() === "" ? (
            <p className="text-ink-faint">What you write shows here.</p>
          ) : (
            <MarkdownView text={shown} {...(view === "preview" && { className: "mx-auto max-w-3xl" })} />
          )}
        </ScrollRegion>
      </div>
      {bodyProblem && (
        <p role="alert" className="mt-2 text-[0.8125rem] text-danger-text">
          {bodyProblem}
        </p>
      )}
      <ConflictDialog
        draft={draft}
        wordsOf={wordsOfDocument}
        note="Theirs stays in the history, whatever you choose."
      />
      <HistorySheet
        document={newest}
        open={history}
        unsaved={dirty}
        onRestored={draft.adopt}
        onClose={() => setHistory(false)}
      />
      <UnsavedGuard dirty={dirty} onSave={save} />
    </div>
  );
}
