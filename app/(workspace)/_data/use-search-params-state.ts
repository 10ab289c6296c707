"use client";

import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

/**
 * The query of the address as state, so that every view can be linked to. Written without a navigation:
 * the data comes through queries, so the server need not render the page anew.
 */
export function useSearchParamsState(): [URLSearchParams, (changes: Record<string, string | null>) => void] {
  const params = useSearchParams();
  const change = useCallback((changes: Record<string, string | null>) => {
    const next = new URLSearchParams(window.location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    const query = next.toString();
    window.history.replaceState(null, "", query ? `?${query}` : window.location.pathname);
  }, []);
  return [params, change];
}
