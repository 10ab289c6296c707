import { hash, KeyObject, verify } from "node:crypto";
import { errors, jwtVerify } from "jose";
import {
  type AccessClaims,
  accessClaims,
  CLOCK_TOLERANCE_S,
  LONGEST_TOKEN,
  REQUIRED_CLAIMS,
  TOKEN_ALGORITHM,
  TOKEN_LIFETIME_S,
  TOKEN_TYPE,
  type TokenParties,
} from "@/server/identity/tokens/claims";
import type { KeyRing } from "@/server/identity/tokens/key-ring";
import { faultOfHeader, takenApart } from "@/server/identity/tokens/presented";

/** What is told of a token that is refused: no more, or it would help to make a better one. */
export type TokenFault = "UNAUTHORIZED" | "TOKEN_EXPIRED";

export type Verified = { claims: AccessClaims } | { fault: TokenFault };

/**
 * Says whether we issued a token, for us, and it is good now: at once what is known or badly formed. Whether its session
 * still is, the record says.
 */
export type Verify = (token: string) => Promise<Verified> | Verified;

interface VerifierOptions extends TokenParties {
  ring: Pick<KeyRing, "known" | "find">;
  /** Most verified tokens that are remembered. */
  most?: number;
  /** Milliseconds since 1970. */
  now?(): number;
}

interface Remembered {
  claims: AccessClaims;
  kid: string;
}

/**
 * Our own verifier over jose: the plugin's pins no algorithm and takes keys past their time. A verified token is
 * remembered by its digest until it expires or its key is retired.
 */
export function createVerifier({
  ring,
  issuer,
  audience,
  most = 10_000,
  now = Date.now,
}: VerifierOptions): Verify {
  const remembered = new Map<string, Remembered>();

  const recall = (digest: string): Verified | undefined => {
    const found = remembered.get(digest);
    if (!found) return undefined;
    remembered.delete(digest);
    if (isOver(found.claims.exp, now())) return { fault: "TOKEN_EXPIRED" };
    if (!ring.known(found.kid)) return undefined;
    // Youngest last: what was not asked for longest goes first.
    remembered.set(digest, found);
    return { claims: found.claims };
  };
  const remember = (digest: string, entry: Remembered) => {
    remembered.set(digest, entry);
    // Most tokens are shown again until they expire, and never after: what is over goes with what is too many.
    for (const [oldest, { claims }] of remembered) {
      if (remembered.size <= most && !isOver(claims.exp, now())) break;
      remembered.delete(oldest);
    }
  };

  let last = { token: "", digest: "" };
  /** The gate asks, and then the guard: made once for both. */
  const digestOf = (token: string) => {
    if (token !== last.token) last = { token, digest: hash("sha256", token, "base64url") };
    return last.digest;
  };

  return (token) => {
    if (token.length > LONGEST_TOKEN) return { fault: "UNAUTHORIZED" };
    const digest = digestOf(token);
    const known = recall(digest);
    if (known) return known;
    const presented = takenApart(token);
    if (!presented || faultOfHeader(presented.header)) return { fault: "UNAUTHORIZED" };
    // Before the signature: whoever made it up learns nothing, and a flood of stale tokens costs no cryptography.
    const { exp } = presented.payload;
    if (typeof exp === "number" && isOver(exp, now())) return { fault: "TOKEN_EXPIRED" };
    return examine(token, digest, String(presented.header.kid));
  };

  async function examine(token: string, digest: string, kid: string): Promise<Verified> {
    const key = ring.known(kid) ?? (await ring.find(kid));
    if (!key || !isSigned(token, key)) return { fault: "UNAUTHORIZED" };
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [TOKEN_ALGORITHM],
        typ: TOKEN_TYPE,
        issuer,
        audience,
        requiredClaims: REQUIRED_CLAIMS,
        maxTokenAge: TOKEN_LIFETIME_S,
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(now()),
      });
      const claims = accessClaims.parse(payload);
      remember(digest, { claims, kid });
      return { claims };
    } catch (error) {
      return { fault: error instanceof errors.JWTExpired ? "TOKEN_EXPIRED" : "UNAUTHORIZED" };
    }
  }
}

const isOver = (exp: number, now: number) => exp + CLOCK_TOLERANCE_S <= now / 1000;

/**
 * Whether the signature is the key's. jose says so too, by a thread of its own and an error with its stack: for a flood of
 * bad tokens that is a quarter of what they cost us, and what passes here is verified by it all the same.
 */
function isSigned(token: string, key: CryptoKey): boolean {
  const end = token.lastIndexOf(".");
  const signature = Buffer.from(token.slice(end + 1), "base64url");
  return verify("RSA-SHA256", Buffer.from(token.slice(0, end)), KeyObject.from(key), signature);
}
