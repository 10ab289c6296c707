import { createHmac, timingSafeEqual } from "node:crypto";

/** A secret that is accepted, and which version it is. */
export interface Accepted {
  version: number;
  secret: string;
}

/** A value that one of our secrets signed. */
export interface Signed {
  value: string;
  /** The version that signed it. */
  version: number;
}

/** `encodeURIComponent(value + "." + base64(HMAC-SHA256(secret, value)))`, as Better Auth signs its cookies. */
export function signedCookie(value: string, secret: string): string {
  return encodeURIComponent(`${value}.${signature(value, secret)}`);
}

/** Opens what `signedCookie` made with any of the secrets; null when none of them did. */
export function openSigned(cookie: string, accepted: readonly Accepted[]): Signed | null {
  const decoded = percentDecoded(cookie);
  const dot = decoded?.lastIndexOf(".") ?? -1;
  if (!decoded || dot < 1) return null;
  const value = decoded.slice(0, dot);
  // As text, not as bytes: base64 has several spellings of the same bytes, and only ours is ours.
  const presented = Buffer.from(decoded.slice(dot + 1));
  const by = accepted.find(({ secret }) => isSame(presented, Buffer.from(signature(value, secret))));
  return by ? { value, version: by.version } : null;
}

const JWT = /^([\w-]+\.[\w-]+)\.([\w-]{43})$/;

/** The same token (HS256) under the first of the secrets, when another of them signed it; else as it was. */
export function resignedToken(token: string, accepted: readonly Accepted[]): string {
  const [, signed = "", presented = ""] = JWT.exec(token) ?? [];
  const under = (secret: string) => createHmac("sha256", secret).update(signed).digest("base64url");
  const [current, ...others] = accepted;
  const isOurs = others.some(({ secret }) => isSame(Buffer.from(presented), Buffer.from(under(secret))));
  return current && isOurs ? `${signed}.${under(current.secret)}` : token;
}

const signature = (value: string, secret: string) =>
  createHmac("sha256", secret).update(value).digest("base64");

function isSame(presented: Buffer, expected: Buffer): boolean {
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}

function percentDecoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
