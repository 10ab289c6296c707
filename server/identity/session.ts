import type { Sql } from "@/db/client";
import { DatabaseUnavailable } from "@/db/transaction";
import { isStale } from "@/db/transaction/connection";
import { inTime } from "@/db/transaction/waiting";
import {
  type PlatformRole,
  type Principal,
  Unauthenticated,
  type WorkspaceRole,
} from "@/server/identity/identity";
import type { SessionToken } from "@/server/identity/session-cookie";

const ATTEMPTS = 5;
/** Milliseconds until nobody can tell who calls. */
const PATIENCE_MS = 10_000;

interface SessionReader {
  /** Connected as holdfast_auth. */
  sql: Sql;
  tokenOf: (cookie: string | null) => SessionToken;
}

interface SessionRow {
  session_id: string;
  user_id: string;
  authenticated_at: Date;
  role: string | null;
  personal_workspace_id: string;
  memberships: Record<string, WorkspaceRole>;
}

/**
 * Finds the principal of a request by its session cookie. A cookie that we did not sign costs no query.
 * @throws Unauthenticated when there is no session, it has ended, or its user is banned;
 *   DatabaseUnavailable when nobody can tell.
 */
export function createIdentify({ sql, tokenOf }: SessionReader) {
  return async (headers: Headers): Promise<Principal> => {
    // Exactly one credential: two could name two people, and no other kind is accepted.
    if (headers.has("authorization") || headers.has("x-api-key")) throw new Unauthenticated();
    const token = tokenOf(headers.get("cookie"));
    if (!token) throw new Unauthenticated();
    const row = await inTime(readAgain(sql, token), PATIENCE_MS).catch((cause: unknown) => {
      throw new DatabaseUnavailable("the session could not be read", { cause });
    });
    if (!row) throw new Unauthenticated();
    return toPrincipal(row);
  };
}

function toPrincipal(row: SessionRow): Principal {
  return {
    kind: "session",
    userId: row.user_id,
    sessionId: row.session_id,
    platformRole: platformRole(row.role),
    personalWorkspaceId: row.personal_workspace_id,
    memberships: new Map(Object.entries(row.memberships)),
    authenticatedAt: row.authenticated_at,
    secondFactor: false,
  };
}

/** Whatever is not a known platform role is an ordinary user. */
const platformRole = (role: string | null): PlatformRole =>
  role === "admin" || role === "auditor" ? role : "user";

/** Reading changes nothing: when an idle connection had died, another is asked. */
async function readAgain(sql: Sql, token: string, attempts = ATTEMPTS): Promise<SessionRow | undefined> {
  try {
    return await readSession(sql, token);
  } catch (error) {
    if (!isStale(error) || attempts === 1) throw error;
    return readAgain(sql, token, attempts - 1);
  }
}

async function readSession(sql: Sql, token: string): Promise<SessionRow | undefined> {
  const [row] = await sql<SessionRow[]>`
    select s.id as session_id, s.user_id, s.created_at as authenticated_at, u.role,
      (select o.id from organization o where o.personal_user_id = u.id) as personal_workspace_id,
      coalesce((select jsonb_object_agg(m.organization_id, m.role) from member m where m.user_id = u.id), '{}') as memberships
    from session s join "user" u on u.id = s.user_id
    where s.token = ${token} and s.expires_at > now()
      and not (coalesce(u.banned, false) and (u.ban_expires is null or u.ban_expires > now()))`;
  return row;
}
