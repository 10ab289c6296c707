import type { Sql } from "@/db/client";
import { type Principal, platformRole, type WorkspaceRole } from "@/server/identity/identity";
import { loadKey } from "@/server/identity/records/load-key";
import type { AccessRecord, Handle, LoadRecord } from "@/server/identity/records/record";

interface SessionRow {
  session_id: string;
  user_id: string;
  authenticated_at: Date;
  expires_at: Date;
  second_factor_at: Date | null;
  proven_at: Date | null;
  role: string | null;
  personal_workspace_id: string;
  memberships: Record<string, WorkspaceRole>;
  second_factor_workspaces: string[];
}

/** Reads records as holdfast_auth, one statement each. */
export function createLoader(sql: Sql): LoadRecord {
  return async (handle) => {
    if (handle.by === "key") return loadKey(sql, handle.digest);
    const row = await readSession(sql, handle);
    return row && toRecord(row);
  };
}

function toRecord(row: SessionRow): AccessRecord {
  const principal: Principal = {
    kind: "session",
    userId: row.user_id,
    sessionId: row.session_id,
    keyId: null,
    platformRole: platformRole(row.role),
    personalWorkspaceId: row.personal_workspace_id,
    memberships: new Map(Object.entries(row.memberships)),
    secondFactorWorkspaces: new Set(row.second_factor_workspaces),
    authenticatedAt: row.authenticated_at,
    secondFactor: row.second_factor_at !== null,
    provenAt: row.proven_at,
    scopes: null,
    boundTo: null,
  };
  return { principal, expiresAt: row.expires_at.getTime() };
}

async function readSession(
  sql: Sql,
  handle: Exclude<Handle, { by: "key" }>,
): Promise<SessionRow | undefined> {
  const isIt = handle.by === "cookie" ? sql`s.token = ${handle.token}` : sql`s.id = ${handle.id}`;
  const [row] = await sql<SessionRow[]>`
    select s.id as session_id, s.user_id, s.created_at as authenticated_at, s.expires_at, s.second_factor_at, s.proven_at,
      u.role, (select o.id from organization o where o.personal_user_id = u.id) as personal_workspace_id,
      coalesce((select jsonb_object_agg(m.organization_id, m.role) from member m where m.user_id = u.id), '{}') as memberships,
      coalesce((select jsonb_agg(o.id) from organization o where o.require_second_factor
        and exists (select from member m where m.organization_id = o.id and m.user_id = u.id)), '[]') as second_factor_workspaces
    from session s join "user" u on u.id = s.user_id
    where ${isIt} and s.expires_at > now()
      and not (coalesce(u.banned, false) and (u.ban_expires is null or u.ban_expires > now()))`;
  return row;
}
