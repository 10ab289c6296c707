import { useSyncExternalStore } from "react";

/**
 * The fragment of this page, with its "#". Secrets travel in it, since browsers never send it: links hand it on as a
 * fragment, not inside `next`. Empty while the server renders.
 */
export function useFragment(): string {
  return useSyncExternalStore(
    (changed) => {
      window.addEventListener("hashchange", changed);
      return () => window.removeEventListener("hashchange", changed);
    },
    () => window.location.hash,
    () => "",
  );
}
