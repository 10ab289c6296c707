import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomUUID,
  sign,
} from "node:crypto";
import type { IssuedTokens } from "@/server/cli/attack/issued-tokens";

/** A token of a kind that nobody may take, and why. */
export interface ForgedToken {
  id: string;
  title: string;
  about: string;
  token: string;
  /** Answered as one whose time is over: that is told before anything else is looked at. */
  isExpired?: true;
}

interface Making {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  key?: KeyObject;
}

/** Tokens that say they are the victim's: each of a kind that a verifier has taken somewhere, all but one thing right. */
export function forgedTokens({ token, revoked, bannedOwner, key }: IssuedTokens): ForgedToken[] {
  const { privateKey: foreign, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const [head = "", body = "", signature = ""] = token.split(".");
  const own = decoded(body);
  const now = Math.floor(Date.now() / 1000);
  const make = (making: Making = {}) => {
    const claims = { ...own, iat: now, exp: now + 300, jti: randomUUID(), ...making.claims };
    const header = { ...decoded(head), ...making.header };
    const input = `${encoded(header)}.${encoded(claims)}`;
    return `${input}.${sign("sha256", Buffer.from(input), making.key ?? key).toString("base64url")}`;
  };
  const ours = createPublicKey(key).export({ format: "pem", type: "spki" });
  const hs = `${encoded({ ...decoded(head), alg: "HS256" })}.${body}`;
  const bits = Buffer.from(signature, "base64url");
  bits.writeUInt8(bits.readUInt8(7) ^ 1, 7);
  const richer = encoded({ ...own, roles: ["admin"] });
  const without = (name: string) => make({ claims: { [name]: undefined } });
  const one = (id: string, title: string, about: string, made: string): ForgedToken => ({
    ...{ id, title, about, token: made },
  });
  return [
    one(
      "self-signed",
      "Foreign key",
      "A token by a key of the attacker's, under our key id",
      make({ key: foreign }),
    ),
    {
      ...one(
        "expired-token",
        "Expired token",
        "A token of ours whose time is over",
        make({ claims: { iat: now - 900, exp: now - 600 } }),
      ),
      isExpired: true,
    },
    {
      ...one(
        "long-lived-token",
        "Token for ever",
        "A token of ours that lives longer than any",
        make({ claims: { iat: now - 900, exp: now + 3_000_000 } }),
      ),
      isExpired: true,
    },
    one(
      "future-token",
      "Token of tomorrow",
      "A token of ours that is not valid yet",
      make({ claims: { nbf: now + 3600, iat: now + 3600, exp: now + 3900 } }),
    ),
    one(
      "alg-none",
      "Unsigned token",
      "A token that says it needs no signature",
      `${encoded({ ...decoded(head), alg: "none" })}.${body}.`,
    ),
    one(
      "alg-hs256",
      "HMAC by public key",
      "A token whose HMAC key is our public key",
      `${hs}.${createHmac("sha256", ours).update(hs).digest("base64url")}`,
    ),
    one(
      "wrong-issuer",
      "Wrong issuer",
      "A token of another issuer, by our key",
      make({ claims: { iss: "https://elsewhere.example" } }),
    ),
    one(
      "wrong-audience",
      "Wrong audience",
      "A token for another API, by our key",
      make({ claims: { aud: "other-api" } }),
    ),
    one("wrong-type", "Wrong type", "An ID token of ours", make({ header: { typ: "JWT" } })),
    one(
      "other-subject",
      "Two subjects",
      "A token whose sub and user_id differ",
      make({ claims: { user_id: randomUUID() } }),
    ),
    one("no-session-claim", "No session", "A token of ours that names no session", without("sid")),
    one("no-expiry", "No expiry", "A token of ours without an end", without("exp")),
    one(
      "unknown-key",
      "Unknown key id",
      "A token under a key id that nobody published",
      make({ header: { kid: randomUUID() } }),
    ),
    one("no-key-id", "No key id", "A token without a key id", make({ header: { kid: undefined } })),
    one(
      "key-in-header",
      "Key in the header",
      "A token that brings its own key, and says where to fetch one",
      make({ header: keyHeaders(publicKey.export({ format: "jwk" })), key: foreign }),
    ),
    one(
      "tampered-token",
      "Tampered token",
      "A good token with one bit of its signature flipped",
      `${head}.${body}.${bits.toString("base64url")}`,
    ),
    one(
      "swapped-claims",
      "Swapped claims",
      "A good token with richer claims",
      `${head}.${richer}.${signature}`,
    ),
    one("revoked-token", "Revoked session", "A good token of a session that was ended", revoked),
    one(
      "banned-token",
      "Banned owner",
      "A token by our key of somebody who was banned",
      make({ claims: bannedOwner }),
    ),
    one(
      "strangers-session",
      "Another's session",
      "A token by our key that names another's session",
      make({ claims: { sid: bannedOwner.sid } }),
    ),
  ];
}

function keyHeaders(jwk: JsonWebKey) {
  const elsewhere = "https://elsewhere.example";
  return { jwk, jku: `${elsewhere}/jwks.json`, x5u: `${elsewhere}/cert.pem` };
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const decoded = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
