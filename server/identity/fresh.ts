import type { Principal } from "@/server/identity/identity";

/** Milliseconds for which a proof of presence counts. */
const FRESH_MS = 10 * 60_000;

/** Whether somebody proved to be there, by a sign-in or since then, within ten minutes. Only a session can be fresh. */
export function isFresh(
  { kind, authenticatedAt, provenAt }: Pick<Principal, "kind" | "authenticatedAt" | "provenAt">,
  now: number = Date.now(),
): boolean {
  return kind === "session" && now - (provenAt ?? authenticatedAt).getTime() < FRESH_MS;
}
