import type { Verdict } from "@/server/guard/limiter";

const seconds = (ms: number) => Math.max(1, Math.ceil(ms / 1000));

/** RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10), and Retry-After (RFC 9110) on a refusal. */
export function limitHeaders(verdicts: Iterable<Verdict>): Record<string, string> {
  const all = [...verdicts];
  if (all.length === 0) return {};
  const headers: Record<string, string> = {
    "ratelimit-policy": all
      .map(({ name, size, windowMs }) => `"${name}";q=${size};w=${seconds(windowMs)}`)
      .join(", "),
    ratelimit: all
      .map(({ name, remaining, resetMs }) => `"${name}";r=${remaining};t=${seconds(resetMs)}`)
      .join(", "),
  };
  const refused = all.filter(({ outcome }) => outcome !== "within");
  if (refused.length > 0)
    headers["retry-after"] = String(Math.max(...refused.map(({ resetMs }) => seconds(resetMs))));
  return headers;
}
