"use client";

import type { KeyboardEvent, RefObject } from "react";
import { continueList, type Edit, link, prefixLines, wrap } from "./markdown-edits";

export type Mark = "bold" | "italic" | "code" | "link" | "heading" | "list" | "tasks" | "quote";

const EDITS: Record<Mark, (text: string, start: number, end: number) => Edit> = {
  bold: (...selection) => wrap(...selection, "**"),
  italic: (...selection) => wrap(...selection, "_"),
  code: (...selection) => wrap(...selection, "`"),
  link,
  heading: (...selection) => prefixLines(...selection, "## "),
  list: (...selection) => prefixLines(...selection, "- "),
  tasks: (...selection) => prefixLines(...selection, "- [ ] "),
  quote: (...selection) => prefixLines(...selection, "> "),
};
const KEYS: Record<string, Mark> = { b: "bold", i: "italic", k: "link", e: "code" };

/** Marks for the selection of a text area, by button or by Ctrl and a letter; and lists that go on by themselves. */
export function useMarkdownKeys(field: RefObject<HTMLTextAreaElement | null>) {
  const mark = (name: Mark) => {
    const area = field.current;
    if (area) apply(area, EDITS[name](area.value, area.selectionStart, area.selectionEnd));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing || event.altKey || event.shiftKey) return;
    const area = event.currentTarget;
    if (event.ctrlKey || event.metaKey) {
      const name = KEYS[event.key];
      if (!name) return;
      event.preventDefault();
      mark(name);
    } else if (event.key === "Enter" && area.selectionStart === area.selectionEnd) {
      const edit = continueList(area.value, area.selectionStart);
      if (!edit) return;
      event.preventDefault();
      apply(area, edit);
    }
  };
  return { mark, onKeyDown };
}

/** Through the browser's own editing command where there is one, so that undo goes on working. */
function apply(area: HTMLTextAreaElement, { from, to, insert, select }: Edit): void {
  area.focus();
  area.setSelectionRange(from, to);
  const done =
    insert === "" ? document.execCommand("delete") : document.execCommand("insertText", false, insert);
  if (!done) {
    area.setRangeText(insert, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(...select);
}
