import { useEffect, useSyncExternalStore } from "react";
import { LAST_WORKSPACE_COOKIE } from "@/app/_shell/workspaces";

const REMEMBERED = new RegExp(`(?:^|; )${LAST_WORKSPACE_COOKIE}=([^;]*)`);

export function useRememberWorkspace(workspaceId: string, isOpen: boolean): void {
  useEffect(() => {
    if (!isOpen) return;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we serve.
    document.cookie = `${LAST_WORKSPACE_COOKIE}=${workspaceId}; path=/; max-age=31536000; samesite=lax`;
  }, [workspaceId, isOpen]);
}

/** What the browser remembers; while hydrating, what the server read. It may name one that is gone or another's. */
export function useLastWorkspace(fromServer: string): string {
  return useSyncExternalStore(
    () => () => {},
    () => REMEMBERED.exec(document.cookie)?.[1] ?? fromServer,
    () => fromServer,
  );
}
