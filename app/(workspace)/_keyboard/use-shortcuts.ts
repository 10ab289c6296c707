"use client";

import { useEffect, useRef } from "react";
import { shortcutsAreOn } from "./preference";

const TYPING =
  "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], [role=combobox]";
const OVERLAY = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";

/**
 * Single keys for the page. They are never taken while somebody types, while a dialog or menu is open, together
 * with a modifier, or when the person has turned them off.
 */
export function useShortcuts(shortcuts: Record<string, () => void>): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const action = latest.current[event.key];
      if (!action || !isFree(event)) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** True when a bare key press means a shortcut and nothing else. */
function isFree(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.repeat || event.isComposing) return false;
  if (event.ctrlKey || event.metaKey || event.altKey || !shortcutsAreOn()) return false;
  if (event.target instanceof Element && event.target.closest(TYPING)) return false;
  return document.querySelector(OVERLAY) === null;
}
