import { compactVerify, importJWK, type JWK } from "jose";
import {
  accessClaims,
  CLOCK_TOLERANCE_S,
  LONGEST_TOKEN,
  TOKEN_ALGORITHM,
  TOKEN_LIFETIME_S,
  TOKEN_TYPE,
  type TokenParties,
} from "@/server/identity/tokens/claims";
import { faultOfHeader, type Presented, takenApart } from "@/server/identity/tokens/presented";

export interface Explained {
  check: string;
  /** What is wrong, without a word of the token's own but times, ids and names that are public. */
  fault: string | null;
  /** What to do about it, in one line. */
  remedy: string | null;
}

/** What the house knows of a session and its owner; null where it may not be asked. */
export interface Standing {
  session: { userId: string; isOver: boolean } | null;
  owner: { isBanned: boolean; roles: readonly string[] } | null;
}

interface Knowing extends TokenParties {
  keys: readonly JWK[];
  /** Looks the session up; undefined: nobody was asked, and what only the house knows is left out. */
  standing: ((sid: string, userId: string) => Promise<Standing>) | undefined;
  /** Seconds since 1970. */
  now: number;
}

type Check = [name: string, look: () => Explained["fault"] | Promise<Explained["fault"]>, remedy: string];

/**
 * Looks at a token check by check, in the order in which a verifier would, and stops at the first that fails. Says nothing
 * that the token's bearer does not know, but to whoever holds the token and the house's database.
 */
export async function explain(token: string, knowing: Knowing): Promise<Explained[]> {
  const presented = takenApart(token);
  const passed: Explained[] = [];
  const checks: Check[] = presented
    ? checksOf(token, presented, knowing)
    : [
        [
          "form",
          () => formFault(token),
          "send the whole access token, and nothing around it; a refresh token is none",
        ],
      ];
  for (const [check, look, remedy] of checks) {
    const fault = await look();
    passed.push({ check, fault, remedy: fault === null ? null : remedy });
    if (fault !== null) break;
  }
  return passed;
}

function formFault(token: string): string {
  if (token === "") return "nothing was given";
  if (token.length > LONGEST_TOKEN) return `it has ${token.length} characters, more than ${LONGEST_TOKEN}`;
  return "it is no JWT: three parts of base64url with dots between, the first two JSON";
}

function checksOf(token: string, { header, payload }: Presented, knowing: Knowing): Check[] {
  const { issuer, audience, keys, now } = knowing;
  const kid = String(header.kid);
  const key = keys.find((one) => one.kid === kid);
  const headerFault = faultOfHeader(header);
  const claims = accessClaims.safeParse(payload);
  const standing = once(() => knowing.standing?.(String(payload.sid), String(payload.sub)));
  const seconds = (name: string) => (typeof payload[name] === "number" ? payload[name] : undefined);
  const [exp, nbf, iat] = [seconds("exp"), seconds("nbf"), seconds("iat")];
  const hour = (at: number) => new Date(at * 1000).toISOString();
  const own: Check[] = [
    ["form", () => null, ""],
    [
      "alg",
      () =>
        headerFault === "alg" ? `it is not signed by ${TOKEN_ALGORITHM}, and nothing else is taken` : null,
      "get a token from POST /api/v1/auth/token of this house",
    ],
    [
      "typ",
      () => (headerFault === "typ" ? `its type is not ${TOKEN_TYPE}: it is no access token` : null),
      "send the access token, not an ID token or one of another service",
    ],
    [
      "kid",
      () => {
        if (headerFault === "kid") return "it names no key";
        if (headerFault) return `its header has ${headerFault}, by which a token would choose its own key`;
        return key ? null : "no key of that id is published: another house signed it, or the key is retired";
      },
      "get a new token; if new ones fail too, the address asked and the one that issues differ",
    ],
    [
      "signature",
      () => (key ? signatureFault(token, key) : null),
      "send the token as it was given: a part of it was changed or lost on the way",
    ],
    [
      "claims",
      () => {
        const [issue] = claims.error?.issues ?? [];
        return issue
          ? `${issue.path.join(".") || "a claim"} is missing, of the wrong kind, or none of ours`
          : null;
      },
      "get the token from POST /api/v1/auth/token: nothing else makes these claims",
    ],
    [
      "iss",
      () => (payload.iss === issuer ? null : `another issuer made it; here it is ${issuer}`),
      "set JWT_ISSUER (or BETTER_AUTH_URL) alike where tokens are made and where they are taken",
    ],
    [
      "aud",
      () => (payload.aud === audience ? null : `it is for another audience; here it is ${audience}`),
      "set JWT_AUDIENCE (or BETTER_AUTH_URL) alike where tokens are made and where they are taken",
    ],
    [
      "nbf",
      () => {
        const from = Math.max(nbf ?? 0, iat ?? 0);
        return from > now + CLOCK_TOLERANCE_S
          ? `it is good from ${hour(from)}, and here it is ${hour(now)}: a clock is wrong by ${Math.round(from - now)} s or more`
          : null;
      },
      "set both clocks by NTP",
    ],
    [
      "exp",
      () => {
        const end = Math.min(exp ?? 0, (iat ?? 0) + TOKEN_LIFETIME_S);
        return end + CLOCK_TOLERANCE_S <= now
          ? `it expired at ${hour(end)}, ${Math.round(now - end)} s ago (${CLOCK_TOLERANCE_S} s between clocks are allowed)`
          : null;
      },
      "refresh it by POST /api/v1/auth/refresh; if it is minutes old only, compare the clocks",
    ],
  ];
  if (!knowing.standing) return own;
  return [
    ...own,
    // First, because a ban ends the sessions too.
    [
      "banned",
      async () => ((await standing())?.owner?.isBanned ? "its owner is banned" : null),
      "ask an administrator; an unban lets the owner sign in again",
    ],
    [
      "revoked",
      async () => {
        const found = await standing();
        if (!found?.session)
          return "its session was ended: by a sign-out, a revocation, or a refresh token used twice";
        if (found.session.userId !== payload.sub) return "its session is somebody else's";
        return found.session.isOver ? "its session is over" : null;
      },
      "sign in again",
    ],
    [
      "role",
      async () => {
        const roles = (await standing())?.owner?.roles ?? [];
        return JSON.stringify(roles) === JSON.stringify(payload.roles)
          ? null
          : `its owner's roles have changed since; now: ${roles.join(", ")}`;
      },
      "calls are judged by the roles of now, so a refusal is 403 and not 401; refresh the token to see them in it",
    ],
  ];
}

async function signatureFault(token: string, jwk: JWK): Promise<string | null> {
  try {
    await compactVerify(token, await importJWK(jwk, TOKEN_ALGORITHM), { algorithms: [TOKEN_ALGORITHM] });
    return null;
  } catch {
    return "its signature is not of the key that it names";
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
