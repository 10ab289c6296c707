import { randomBytes, timingSafeEqual } from "node:crypto";
import { COOKIE_PREFIX } from "@/server/identity/auth";
import type { Digest } from "@/server/platform/digest";

const LIFETIME_S = 180 * 24 * 3600;
/** Time of issue in seconds, identifier of the device, signature. */
const FORM = /^([1-9]\d{9})\.([\w-]{22})\.([\w-]{43})$/;

/** Devices from which somebody signed in. A device is known for the one account that its signature names. */
export interface Devices {
  /** The device of a Cookie header, where it is known for this account (an e-mail address in lower case); else null. */
  knownFor(account: string, cookie: string | null): string | null;
  /** The Set-Cookie value that makes a device, under a new identifier, known for an account. */
  cookieFor(account: string): string;
}

interface DeviceOptions {
  digest: Digest;
  /** Digests under earlier secrets that are still accepted: who signs in there again gets a cookie of the current one. */
  earlier?(): readonly Digest[];
  /** Over https the name has the prefix that browsers keep to this very host. */
  secure: boolean;
  /** Milliseconds since 1970. */
  now?(): number;
}

/** The account is in the signature only: who reads the cookie learns nobody's address, and no other account accepts it. */
export function createDevices({ digest, earlier, secure, now = Date.now }: DeviceOptions): Devices {
  const name = `${secure ? "__Host-" : ""}${COOKIE_PREFIX}.device`;
  const seconds = () => Math.floor(now() / 1000);
  const sign = (issued: string, id: string, account: string, by = digest) =>
    by("device", issued, id, account);
  return {
    knownFor: (account, cookie) => {
      const [, issued = "", id = "", signature = ""] = FORM.exec(cookieValue(name, cookie)) ?? [];
      if (!id || Number(issued) + LIFETIME_S < seconds()) return null;
      const isOf = (by: Digest) =>
        timingSafeEqual(Buffer.from(signature), Buffer.from(sign(issued, id, account, by)));
      return [digest, ...(earlier?.() ?? [])].some(isOf) ? id : null;
    },
    cookieFor: (account) => {
      const issued = String(seconds());
      const id = randomBytes(16).toString("base64url");
      const value = `${issued}.${id}.${sign(issued, id, account)}`;
      const attributes = `Max-Age=${LIFETIME_S}; Path=/; HttpOnly; ${secure ? "Secure; " : ""}SameSite=Lax`;
      return `${name}=${value}; ${attributes}`;
    },
  };
}

/** The only value of a name; nothing where there are several. */
function cookieValue(name: string, cookie: string | null): string {
  const values = (cookie ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? (values[0] ?? "") : "";
}
