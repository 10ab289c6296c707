import type { Sql } from "@/db/client";
import { type Principal, platformRole, type WorkspaceRole } from "@/server/identity/identity";
import { scopesIn } from "@/server/identity/keys/scopes";
import type { AccessRecord } from "@/server/identity/records/record";

interface KeyRow {
  key_id: string;
  workspace_id: string;
  permissions: string;
  created_at: Date;
  expires_at: Date;
  owner_id: string;
  role: string | null;
  personal_workspace_id: string;
  memberships: Record<string, WorkspaceRole> | null;
  service_account_id: string | null;
  /** What the service account itself may do now. */
  held: string | null;
}

interface Account {
  id: string;
  workspace: string;
  scopes: string[];
}

const CERTIFICATE = /^certificate ([0-9a-f-]{36}) ([0-9a-f]{64})$/;

/** Under which digest a client certificate (SHA-256, hexadecimal) is looked up in a workspace. A key's is never of this form. */
export const certificateDigest = (workspaceId: string, fingerprint: string) =>
  `certificate ${workspaceId} ${fingerprint}`;

/**
 * Finds who is behind the digest of a key, or of a client certificate in a workspace. Dead are keys that have ended or
 * were revoked, and those of people who are banned, or no members any more.
 */
export async function loadKey(sql: Sql, digest: string): Promise<AccessRecord | undefined> {
  const [, workspace, fingerprint] = CERTIFICATE.exec(digest) ?? [];
  if (workspace && fingerprint) return loadCertificate(sql, workspace, fingerprint);
  const rows = await sql<KeyRow[]>`
    select k.id as key_id, k.workspace_id, k.permissions, k.created_at, k.expires_at, k.owner_id, u.role,
      (select o.id from organization o where o.personal_user_id = u.id) as personal_workspace_id,
      (select jsonb_object_agg(m.organization_id, m.role) from member m where m.user_id = u.id) as memberships,
      k.service_account_id, a.permissions as held
    from apikey k join "user" u on u.id = k.owner_id
      left join service_account a on a.workspace_id = k.workspace_id and a.id = k.service_account_id
    where k.key = ${digest} and k.enabled and k.expires_at > now()
      and (a.id is not null or (k.service_account_id is null
        and exists (select 1 from member m where m.organization_id = k.workspace_id and m.user_id = k.owner_id)
        and not (coalesce(u.banned, false) and (u.ban_expires is null or u.ban_expires > now()))))`;
  const [row] = rows;
  // Two behind one digest can not be: then it is nobody's.
  if (!row || rows.length > 1) return undefined;
  const { key_id: keyId, workspace_id: boundTo, created_at: authenticatedAt } = row;
  const scopes = scopesIn(row.permissions);
  const expiresAt = row.expires_at.getTime();
  if (row.service_account_id) {
    const held = scopesIn(row.held);
    const account = { id: row.service_account_id, workspace: boundTo, scopes: scopes.filter(isIn(held)) };
    return { principal: { ...serviceOf(account), keyId, authenticatedAt }, expiresAt };
  }
  const principal: Principal = {
    ...{ kind: "key", userId: row.owner_id, keyId, boundTo, authenticatedAt, scopes: new Set(scopes) },
    ...{ sessionId: null, secondFactor: false, provenAt: null, secondFactorWorkspaces: new Set<string>() },
    platformRole: platformRole(row.role),
    personalWorkspaceId: row.personal_workspace_id,
    memberships: new Map(Object.entries(row.memberships ?? {})),
  };
  return { principal, expiresAt };
}

async function loadCertificate(sql: Sql, workspace: string, fingerprint: string) {
  const [row] = await sql<{ id: string; permissions: string; created_at: Date }[]>`
    select id, permissions, created_at from service_account
    where workspace_id = ${workspace} and certificate = ${fingerprint}`;
  if (!row) return undefined;
  const account = { id: row.id, workspace, scopes: scopesIn(row.permissions) };
  const principal = { ...serviceOf(account), keyId: null, authenticatedAt: row.created_at };
  // When the certificate itself ends is for the proxy to see, which checks it at each connection.
  return { principal, expiresAt: Number.POSITIVE_INFINITY };
}

function serviceOf({ id, workspace, scopes }: Account): Omit<Principal, "keyId" | "authenticatedAt"> {
  return {
    ...{
      kind: "service",
      userId: id,
      sessionId: null,
      secondFactor: false,
      provenAt: null,
      secondFactorWorkspaces: new Set<string>(),
    },
    platformRole: "user",
    personalWorkspaceId: workspace,
    // The least there is: what a service may do follows from its scopes, and never from a role.
    memberships: new Map([[workspace, "viewer"]]),
    scopes: new Set(scopes),
    boundTo: workspace,
  };
}

const isIn = (held: readonly string[]) => (scope: string) => held.includes(scope);
