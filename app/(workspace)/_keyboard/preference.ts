"use client";

import { useSyncExternalStore } from "react";

/** Single-key shortcuts can be turned off (WCAG 2.1.4): they get in the way of speech input. */
const KEY = "holdfast.single-key-shortcuts";
const CHANGED = "holdfast:shortcuts";

export function shortcutsAreOn(): boolean {
  try {
    return window.localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

export function useShortcutPreference(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(subscribe, shortcutsAreOn, () => true);
  return [on, setShortcuts];
}

function setShortcuts(on: boolean): void {
  try {
    window.localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    // Storage can be blocked; then the choice cannot be kept.
  }
  window.dispatchEvent(new Event(CHANGED));
}

function subscribe(changed: () => void): () => void {
  window.addEventListener(CHANGED, changed);
  window.addEventListener("storage", changed);
  return () => {
    window.removeEventListener(CHANGED, changed);
    window.removeEventListener("storage", changed);
  };
}
