import { COOKIE_PREFIX } from "@/server/identity/auth";
import { type Accepted, openSigned, signedCookie } from "@/server/identity/signatures";
import { type DatedVersions, liveVersions } from "@/server/platform/secrets/versions";

export interface CookieKeys {
  /** What holds now: asked at each use, because secrets are rotated while we run. */
  versions(): DatedVersions;
  /** Over https the name has the prefix that browsers keep to secure origins. */
  secure: boolean;
}

/** A token that we signed; null when a cookie of ours is there and is not; undefined when there is none. */
export type SessionToken = string | null | undefined;

/** Cookies of a request under the current secret. */
export interface Renewed {
  /** The Cookie header as the current secret would have it. */
  cookie: string;
  /** Set-Cookie values that bring the browser up to date; none where another process is ahead of this one. */
  setCookies: string[];
}

/**
 * Reads the session token out of a Cookie header. Costs one HMAC, and nothing when there is no cookie of ours, or when the
 * one before asked the same: the gate asks, and then the guard.
 */
export function createCookieReader(keys: CookieKeys) {
  const prefix = `${namesOf(keys).session}=`;
  let last: { header: string; versions: DatedVersions; token: SessionToken } | undefined;
  return (header: string | null | undefined): SessionToken => {
    if (!header?.includes(prefix)) return undefined;
    const versions = keys.versions();
    if (last?.header === header && last.versions === versions) return last.token;
    const token = tokenIn(header, prefix, liveVersions(versions));
    // What was signed by a version that ends is good until then, and not until somebody else asks.
    last = versions.ends.size === 0 ? { header, versions, token } : undefined;
    return token;
  };
}

function tokenIn(header: string, prefix: string, accepted: readonly Accepted[]): SessionToken {
  const values = pairsOf(header)
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length));
  const [value] = values;
  // Two could name two people.
  if (values.length !== 1 || value === undefined) return null;
  return openSigned(value, accepted)?.value ?? null;
}

/**
 * Signs anew what another live version signed: Better Auth knows the current secret alone. Null when there is nothing
 * to do, at no cost while there is one version. What nobody signed stays as it is, and is refused where it is read.
 */
export function createCookieRenewer(keys: CookieKeys) {
  const names = namesOf(keys);
  return (header: string | null | undefined): Renewed | null => {
    if (!header?.includes(names.prefix)) return null;
    const accepted = liveVersions(keys.versions());
    const [current, ...others] = accepted;
    if (!current || others.length === 0) return null;
    const pairs = pairsOf(header).map((pair) => {
      const [name = ""] = pair.split("=", 1);
      const signed = name.startsWith(names.prefix) ? openSigned(pair.slice(name.length + 1), accepted) : null;
      const isStale = signed !== null && signed.version !== current.version;
      const text = isStale ? `${name}=${signedCookie(signed.value, current.secret)}` : pair;
      return { name, text, signed, isStale, isOlder: isStale && signed.version < current.version };
    });
    // Two sessions could name two people: they are refused as they are.
    if (pairs.filter(({ name }) => name === names.session).length > 1) return null;
    if (!pairs.some(({ isStale }) => isStale)) return null;
    const isForgotten = pairs.some(({ name, signed }) => name === names.forget && signed?.value === "true");
    const setCookies = pairs
      .filter(({ name, isOlder }) => isOlder && (name === names.session || name === names.forget))
      .map(({ name, text }) => {
        const lasts = name === names.session && !isForgotten ? `Max-Age=${SESSION_S}; ` : "";
        return `${text}; ${lasts}Path=/; HttpOnly; ${keys.secure ? "Secure; " : ""}SameSite=Lax`;
      });
    return { cookie: pairs.map(({ text }) => text).join("; "), setCookies };
  };
}

/** Seconds that a browser keeps a session's cookie; when a session ends, its row says. */
const SESSION_S = 7 * 24 * 3600;

function namesOf({ secure }: CookieKeys) {
  const prefix = `${secure ? "__Secure-" : ""}${COOKIE_PREFIX}.`;
  return { prefix, session: `${prefix}session_token`, forget: `${prefix}dont_remember` };
}

const pairsOf = (header: string) => header.split(";").map((pair) => pair.trim());
