import { useSyncExternalStore } from "react";

const HERE = "http://here.invalid";

/** The place to go on to after signing in: a path of this site with its query; anything else is "/". */
export function safeNext(next: string | null | undefined): string {
  if (!next?.startsWith("/") || next.length > 2000) return "/";
  const url = URL.canParse(next, HERE) ? new URL(next, HERE) : null;
  if (url?.origin !== HERE) return "/";
  const path = url.pathname + url.search;
  return path.startsWith("//") || path.startsWith("/sign-") ? "/" : path;
}

/** The address of a page of ours that comes back to `path` afterwards. */
export function withNext(page: "/sign-in" | "/sign-up", path: string): string {
  const next = safeNext(path);
  return next === "/" ? page : `${page}?next=${encodeURIComponent(next)}`;
}

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
