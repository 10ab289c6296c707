"use client";

import { useSyncExternalStore } from "react";
import { localDay } from "./due-date";

const MINUTE = 60_000;

function subscribe(changed: () => void): () => void {
  const timer = setInterval(changed, MINUTE);
  return () => clearInterval(timer);
}

/** The reader's own day, renewed at midnight; null while the server renders, which does not know it. */
export function useToday(): string | null {
  return useSyncExternalStore(
    subscribe,
    () => localDay(new Date()),
    () => null,
  );
}
