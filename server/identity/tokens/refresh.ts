import { createHash, randomBytes } from "node:crypto";
import { v7 } from "uuid";
import type { Sql } from "@/db/client";
import { DatabaseUnavailable } from "@/db/transaction/failure";
import { REFRESH_PREFIX, type RefreshKey } from "@/server/identity/tokens/refresh-key";

/** Seconds. A device that was not used for two weeks signs in again (RFC 9700, 4.14.2: inactivity ends a token). */
const IDLE_S = 14 * 24 * 3600;
/** Seconds. However busy a device is, once a month somebody shows the password. */
const LIFETIME_S = 30 * 24 * 3600;
/** Seconds in which the same client is given the same answer again: its first may have been lost on the way. */
const REPEAT_S = 10;

const FORM = new RegExp(`^${REFRESH_PREFIX}[\\w-]{43}$`);
const LONGEST_AGENT = 200;

/** Where a request comes from, as far as it is kept. */
export interface Client {
  /** A keyed digest of address prefix and user agent: tells one client from another. */
  digest: string;
  addressPrefix: string | null;
  userAgent: string | null;
}

interface Began {
  sessionId: string;
  refreshToken: string;
}

export type Refreshed =
  /** `takenAt` in milliseconds since 1970; the same when it is repeated. */
  | {
      outcome: "taken" | "repeated";
      userId: string;
      sessionId: string;
      refreshToken: string;
      takenAt: number;
    }
  /** The session is ended, and that is committed. */
  | { outcome: "reused"; userId: string }
  | { outcome: "unknown" };

/** Refresh tokens and their families. Each call is one statement, whole or not at all. */
export interface RefreshTokens {
  /** Begins a session for a device that is no browser, and its family. */
  begin(userId: string, client: Client, secondFactor: boolean): Promise<Began>;
  use(presented: string, client: Client): Promise<Refreshed>;
  /** Ends the family and its session; false when there is none. */
  revoke(presented: string, client: Client): Promise<boolean>;
  /** Deletes what is over. */
  sweep(): Promise<void>;
}

export function createRefreshTokens(sql: Sql, key: RefreshKey): RefreshTokens {
  return {
    begin: async (userId, { addressPrefix, userAgent }, secondFactor) => {
      const sessionId = v7();
      const refreshToken = REFRESH_PREFIX + randomBytes(32).toString("base64url");
      // No cookie is ever signed for it: a session needs some token, and nobody is told this one.
      const sessionToken = randomBytes(32).toString("base64url");
      const device = `API client: ${(userAgent ?? "unknown").slice(0, LONGEST_AGENT)}`;
      await sql`select refresh_family_begin(${sessionId}, ${sessionToken}, ${userId}, ${v7()}, ${digestOf(refreshToken)},
        ${device}, ${addressPrefix}, ${secondFactor}, ${IDLE_S}, ${LIFETIME_S})`.catch(unavailable);
      return { sessionId, refreshToken };
    },
    use: async (presented, { digest, addressPrefix }) => {
      if (!FORM.test(presented)) return { outcome: "unknown" };
      const successors = key.successorsOf(presented);
      const [next = ""] = successors;
      const [row] = await sql<Row[]>`
        select * from refresh_token_use(${digestOf(presented)}, ${digest}, ${addressPrefix}, ${v7()}, ${digestOf(next)},
          ${IDLE_S}, ${REPEAT_S})`.catch(unavailable);
      if (!row?.outcome || !row.whose) return { outcome: "unknown" };
      const { outcome, whose: userId, of_session: sessionId, taken_at, successor_is } = row;
      if (outcome === "reused") return { outcome, userId };
      // Repeated across a change of the secret, it is the successor by the former version.
      const refreshToken = successors.find((successor) => digestOf(successor) === successor_is);
      if (!refreshToken || !sessionId || !taken_at) return { outcome: "unknown" };
      return { outcome, userId, sessionId, refreshToken, takenAt: taken_at.getTime() };
    },
    revoke: async (presented, { addressPrefix }) => {
      if (!FORM.test(presented)) return false;
      const [row] = await sql<{ revoked: boolean }[]>`
        select refresh_token_revoke(${digestOf(presented)}, ${addressPrefix}) as revoked`.catch(unavailable);
      return row?.revoked === true;
    },
    sweep: async () => {
      // The session goes when nothing of its family can be used any more, and the family with it.
      await sql`delete from session s where exists (select from refresh_token t where t.session_id = s.id)
        and not exists (select from refresh_token t where t.session_id = s.id and t.used_at is null and t.expires_at > now())`;
      await sql`delete from refresh_token where expires_at < now()`;
    },
  };
}

interface Row {
  outcome: "taken" | "repeated" | "reused" | null;
  whose: string | null;
  of_session: string | null;
  taken_at: Date | null;
  successor_is: string | null;
}

/** Tokens are 256 random bits: a plain digest is not to be guessed back. */
const digestOf = (token: string) => createHash("sha256").update(token).digest("base64url");

function unavailable(cause: unknown): never {
  throw new DatabaseUnavailable("refresh tokens could not be read", { cause });
}
