import { createHmac, timingSafeEqual } from "node:crypto";
import { COOKIE_PREFIX } from "@/server/identity/auth";

interface CookieKey {
  secret: string;
  /** Over https the name has the prefix that browsers keep to secure origins. */
  secure: boolean;
}

/** A token that we signed; null when a cookie of ours is there and is not; undefined when there is none. */
export type SessionToken = string | null | undefined;

/** Reads the session token out of a Cookie header. Costs one HMAC, and nothing when there is no cookie of ours. */
export function createCookieReader({ secret, secure }: CookieKey) {
  const prefix = `${secure ? "__Secure-" : ""}${COOKIE_PREFIX}.session_token=`;
  return (header: string | null | undefined): SessionToken => {
    if (!header?.includes(prefix)) return undefined;
    const values = header
      .split(";")
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(prefix))
      .map((pair) => pair.slice(prefix.length));
    const [value] = values;
    // Two could name two people.
    return values.length === 1 && value !== undefined ? signedToken(value, secret) : null;
  };
}

/** Checks `encodeURIComponent(token + "." + base64(HMAC-SHA256(secret, token)))`, as Better Auth signs it. */
function signedToken(value: string, secret: string): string | null {
  const decoded = percentDecoded(value);
  const dot = decoded?.lastIndexOf(".") ?? -1;
  if (!decoded || dot < 1) return null;
  const token = decoded.slice(0, dot);
  // As text, not as bytes: base64 has several spellings of the same bytes, and only ours is ours.
  const presented = Buffer.from(decoded.slice(dot + 1));
  const expected = Buffer.from(createHmac("sha256", secret).update(token).digest("base64"));
  return presented.length === expected.length && timingSafeEqual(presented, expected) ? token : null;
}

function percentDecoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
