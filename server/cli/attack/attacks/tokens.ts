import {
  createHmac,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomUUID,
  sign,
} from "node:crypto";

/** A token of a kind that nobody may take, and why. */
export interface ForgedToken {
  id: string;
  title: string;
  about: string;
  token: string;
}

interface Making {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  key?: KeyObject;
}

/** Tokens that say they are the victim's: each of a kind that a verifier has taken somewhere. */
export function forgedTokens(issuer: string, userId: string): ForgedToken[] {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const now = Math.floor(Date.now() / 1000);
  const jwk = publicKey.export({ format: "jwk" });
  const make = (making: Making = {}) => {
    const claims = {
      ...{
        iss: issuer,
        aud: issuer,
        sub: userId,
        user_id: userId,
        roles: ["admin", "owner"],
        email: "a@example.com",
      },
      ...{ sid: randomUUID(), jti: randomUUID(), iat: now, exp: now + 300, ...making.claims },
    };
    const header = { alg: "RS256", typ: "at+jwt", kid: "key-1", ...making.header };
    const input = `${encoded(header)}.${encoded(claims)}`;
    return `${input}.${sign("sha256", Buffer.from(input), making.key ?? privateKey).toString("base64url")}`;
  };
  const good = make();
  const [head = "", body = "", signature = ""] = good.split(".");
  const named = {
    iss: issuer,
    aud: issuer,
    sub: userId,
    user_id: userId,
    roles: ["admin"],
    iat: now,
    exp: now + 300,
  };
  const unsigned = `${encoded({ alg: "none", typ: "at+jwt" })}.${encoded(named)}.`;
  const pem = publicKey.export({ format: "pem", type: "spki" });
  const hs = `${encoded({ alg: "HS256", typ: "at+jwt", kid: "key-1" })}.${body}`;
  const flipped = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
  const richer = encoded({ ...named, roles: ["admin"], exp: now + 3_000_000 });
  return [
    forged(
      "self-signed",
      "Self-signed token",
      "A token with every claim right, signed by a key of the attacker's",
      good,
    ),
    forged(
      "expired-token",
      "Expired token",
      "A token whose time is over",
      make({ claims: { iat: now - 900, exp: now - 600 } }),
    ),
    forged(
      "future-token",
      "Token of tomorrow",
      "A token that is not valid yet",
      make({ claims: { nbf: now + 3600, iat: now + 3600, exp: now + 7200 } }),
    ),
    forged("alg-none", "Unsigned token", "A token that says it needs no signature", unsigned),
    forged(
      "alg-hs256",
      "HMAC by public key",
      "A token whose HMAC key is the public key",
      `${hs}.${createHmac("sha256", pem).update(hs).digest("base64url")}`,
    ),
    forged(
      "wrong-issuer",
      "Wrong issuer",
      "A token of another issuer, with its own good signature",
      make({ claims: { iss: "https://elsewhere.example" } }),
    ),
    forged(
      "wrong-audience",
      "Wrong audience",
      "A token for another API",
      make({ claims: { aud: "other-api" } }),
    ),
    forged(
      "unknown-key",
      "Unknown key id",
      "A token under a key id that nobody published",
      make({ header: { kid: randomUUID() } }),
    ),
    forged("no-key-id", "No key id", "A token without a key id", make({ header: { kid: undefined } })),
    forged(
      "key-in-header",
      "Key in the header",
      "A token that brings its own key, or says where to fetch one",
      make({ header: keyHeaders(jwk) }),
    ),
    forged(
      "tampered-token",
      "Tampered token",
      "A token whose signature has one bit flipped",
      `${head}.${body}.${flipped}`,
    ),
    forged(
      "swapped-claims",
      "Swapped claims",
      "A token with the claims of another, richer one",
      `${head}.${richer}.${signature}`,
    ),
  ];
}

const forged = (id: string, title: string, about: string, token: string): ForgedToken => ({
  ...{ id, title, about, token },
});

function keyHeaders(jwk: JsonWebKey) {
  const elsewhere = "https://elsewhere.example";
  return { jwk, jku: `${elsewhere}/jwks.json`, x5u: `${elsewhere}/cert.pem` };
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
