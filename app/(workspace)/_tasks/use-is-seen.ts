"use client";

import { useSyncExternalStore } from "react";

/** Whether somebody may be looking at this page. Browsers give a site six connections: a hidden tab needs none. */
export function useIsSeen(): boolean {
  return useSyncExternalStore(
    onChange,
    () => document.visibilityState === "visible",
    () => false,
  );
}

function onChange(notify: () => void): () => void {
  document.addEventListener("visibilitychange", notify);
  return () => document.removeEventListener("visibilitychange", notify);
}
