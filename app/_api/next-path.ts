const HERE = "http://here.invalid";

/** The place to go on to after signing in: a path of this site with its query; anything else is "/". */
export function safeNext(next: string | null | undefined): string {
  if (!next?.startsWith("/") || next.length > 2000 || !URL.canParse(next, HERE)) return "/";
  const url = new URL(next, HERE);
  const path = url.pathname + url.search;
  return url.origin !== HERE || path.startsWith("//") || /^\/(sign-|second-step)/.test(path) ? "/" : path;
}

/** The address of a page of ours that comes back to `path` afterwards. */
export function withNext(page: "/sign-in" | "/sign-up" | "/second-step", path: string): string {
  const next = safeNext(path);
  return next === "/" ? page : `${page}?next=${encodeURIComponent(next)}`;
}
