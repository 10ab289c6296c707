"use client";

import { useRouter } from "next/navigation";
import { useCallback } from "react";
import { useWorkspacePath } from "../_data/use-workspace-path";

const PLACES: Record<string, `/${string}`> = { p: "/projects", t: "/tasks", d: "/documents" };
const WITHIN = 1200;

/** After `g`, the next key names a place. It is caught on its way down, before a row takes it for its own. */
export function useGoTo(): () => void {
  const router = useRouter();
  const path = useWorkspacePath();
  return useCallback(() => {
    const waiting = new AbortController();
    const { signal } = waiting;
    setTimeout(() => waiting.abort(), WITHIN);
    const onKeyDown = (event: KeyboardEvent) => {
      waiting.abort();
      const place = PLACES[event.key];
      if (!place || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      router.push(path(place));
    };
    document.addEventListener("keydown", onKeyDown, { capture: true, signal });
  }, [router, path]);
}
