import { createHash } from "node:crypto";
import type { Principal } from "@/server/identity/identity";
import type { Records } from "@/server/identity/records/record";
import { TOKEN_LIFETIME_S } from "@/server/identity/tokens/claims";
import type { CredentialFault, Credentials, Shown } from "@/server/identity/tokens/credentials";
import type { Mint } from "@/server/identity/tokens/mint";
import type { Client, RefreshTokens } from "@/server/identity/tokens/refresh";

/** What a program gets. */
export interface TokenSet {
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
  tokenType: "Bearer";
  /** Not for a browser's session, which is its own. */
  refreshToken?: string;
}

export type RefreshOutcome = { set: TokenSet } | { reusedOf: string } | { fault: "UNAUTHORIZED" };

/** The three things that a program does with tokens besides calling. */
export interface Tokens {
  /** For the session behind a cookie: an access token, and no more. */
  forSession(principal: Principal): Promise<TokenSet>;
  /** For an e-mail address and a password: a session of its own, an access token and a refresh token. */
  forCredentials(given: Credentials, client: Client): Promise<{ set: TokenSet } | { fault: CredentialFault }>;
  refresh(presented: string, client: Client): Promise<RefreshOutcome>;
  revoke(presented: string, client: Client): Promise<boolean>;
}

interface Options {
  mint: Mint;
  check(given: Credentials): Promise<Shown>;
  refreshTokens: RefreshTokens;
  records: Records;
}

export function createTokens({ mint, check, refreshTokens, records }: Options): Tokens {
  return {
    forSession: async (principal) => setOf(await mint(principal)),
    forCredentials: async (given, client) => {
      const shown = await check(given);
      if ("fault" in shown) return shown;
      const { sessionId, refreshToken } = await refreshTokens.begin(shown.userId, client, shown.secondFactor);
      const principal = await records.find({ by: "session", id: sessionId });
      // Banned between the two.
      if (!principal) return { fault: "BANNED_USER" };
      return { set: { ...setOf(await mint(principal)), refreshToken } };
    },
    refresh: async (presented, client) => {
      const used = await refreshTokens.use(presented, client);
      if (used.outcome === "unknown") return { fault: "UNAUTHORIZED" };
      if (used.outcome === "reused") return { reusedOf: used.userId };
      const principal = await records.find({ by: "session", id: used.sessionId });
      if (!principal) return { fault: "UNAUTHORIZED" };
      // The same moment, name and key: who is answered again is answered the same.
      const iat = Math.floor(used.takenAt / 1000);
      const accessToken = await mint(principal, { iat, jti: idFrom(used.refreshToken) });
      return { set: { ...setOf(accessToken), refreshToken: used.refreshToken } };
    },
    revoke: (presented, client) => refreshTokens.revoke(presented, client),
  };
}

const setOf = (accessToken: string): TokenSet => ({
  accessToken,
  expiresIn: TOKEN_LIFETIME_S,
  tokenType: "Bearer",
});

/** A UUID that says nothing of what it was made from (RFC 9562, version 8). */
function idFrom(secret: string): string {
  const bytes = createHash("sha256").update(`jti ${secret}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
