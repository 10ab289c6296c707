"use client";

import { Pencil } from "lucide-react";
import { useRef, useState } from "react";
import { issueOf } from "@/app/_api/errors";
import { Button } from "@/app/_ui/button";
import { Kbd } from "@/app/_ui/kbd";
import { Notice } from "@/app/_ui/notice";
import { RelativeTime } from "@/app/_ui/relative-time";
import type { Task } from "@/server/features/task/schema";
import { useSaveKey } from "../_keyboard/use-save-key";
import { ConflictDialog } from "../_writing/conflict-dialog";
import { MarkdownToolbar } from "../_writing/markdown-toolbar";
import { MarkdownView } from "../_writing/markdown-view";
import { UnsavedGuard } from "../_writing/unsaved-guard";
import { useMarkdownKeys } from "../_writing/use-markdown-keys";
import { useTaskDraft, wordsOfTask } from "./use-task-draft";

/** Title and description, written in place and saved together. */
export function TaskWords({ newest }: { newest: Task }) {
  const draft = useTaskDraft(newest);
  const { base, words, dirty, overtaken, saving, theirs, failure } = draft;
  const [writing, setWriting] = useState(newest.description === "");
  const area = useRef<HTMLTextAreaElement>(null);
  const { mark, onKeyDown } = useMarkdownKeys(area);
  const titleProblem = words.title.trim() === "" ? "A task needs a title." : issueOf(failure, "title");
  const bodyProblem = issueOf(failure, "description");

  const save = async () => {
    if (saving || !dirty || words.title.trim() === "") return false;
    const saved = await draft.save();
    if (saved && words.body !== "") setWriting(false);
    return saved;
  };
  useSaveKey(() => void save());
  const write = () => {
    setWriting(true);
    setTimeout(() => area.current?.focus());
  };
  const discard = () => {
    draft.discard();
    setWriting(newest.description === "");
  };

  return (
    <>
      <h1 className="sr-only">{base.title}</h1>
      <textarea
        value={words.title}
        rows={1}
        maxLength={200}
        aria-label="Title"
        aria-invalid={titleProblem ? true : undefined}
        aria-describedby={titleProblem ? "title-problem" : undefined}
        onChange={(event) => draft.change({ title: event.target.value.replaceAll("\n", " ") })}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
          event.preventDefault();
          write();
        }}
        className="-mx-2 field-sizing-content w-[calc(100%+1rem)] resize-none rounded-lg bg-transparent px-2 py-1 font-semibold text-xl leading-snug tracking-tight hover:bg-hover focus:bg-transparent sm:text-2xl"
      />
      {titleProblem && (
        <p id="title-problem" className="mt-1 text-[0.8125rem] text-danger-text">
          {titleProblem}
        </p>
      )}
      <div className="mt-4">
        <div className="mb-1.5 flex min-h-8 items-center justify-between gap-2">
          <h2 className="font-medium text-ink-muted text-[0.8125rem]">Description</h2>
          {writing ? (
            <MarkdownToolbar onMark={mark} />
          ) : (
            <Button variant="ghost" size="sm" onClick={write}>
              <Pencil aria-hidden="true" />
              Edit
            </Button>
          )}
        </div>
        {writing ? (
          <textarea
            ref={area}
            value={words.body}
            maxLength={10_000}
            aria-label="Description in Markdown"
            aria-invalid={bodyProblem ? true : undefined}
            placeholder="What is to be done, and how will one know that it is? Markdown works here."
            onChange={(event) => draft.change({ body: event.target.value })}
            onKeyDown={onKeyDown}
            className="control field-sizing-content min-h-40 px-3.5 py-3 text-base leading-7 sm:text-sm sm:leading-6"
          />
        ) : (
          <MarkdownView text={words.body} />
        )}
        {bodyProblem && <p className="mt-1 text-[0.8125rem] text-danger-text">{bodyProblem}</p>}
      </div>
      <div className="mt-4 flex flex-col gap-3">
        {failure && !titleProblem && !bodyProblem && (
          <Notice tone="danger" requestId={failure.requestId}>
            {failure.message}
          </Notice>
        )}
        {overtaken && !theirs && (
          <Notice>
            Somebody changed the text of this task meanwhile. You can compare the two when you save.
          </Notice>
        )}
        <div className="flex min-h-9 flex-wrap items-center gap-2">
          {dirty && (
            <>
              <Button variant="primary" pending={saving} onClick={() => void save()}>
                Save
              </Button>
              <Button variant="ghost" onClick={discard}>
                Discard
              </Button>
            </>
          )}
          <p role="status" className="flex items-center gap-1.5 text-[0.8125rem] text-ink-muted">
            {saving && "Saving…"}
            {!saving && dirty && (
              <>
                Not saved
                <span aria-hidden="true" className="flex items-center gap-1 pointer-coarse:hidden">
                  · <Kbd>Ctrl</Kbd> <Kbd>S</Kbd>
                </span>
              </>
            )}
            {!saving && !dirty && (
              <span>
                Saved <RelativeTime value={newest.updatedAt} />
              </span>
            )}
          </p>
        </div>
      </div>
      <ConflictDialog
        draft={draft}
        wordsOf={wordsOfTask}
        note="The words that you do not choose are not kept: copy yours first if you need them."
      />
      <UnsavedGuard dirty={dirty} onSave={save} />
    </>
  );
}
