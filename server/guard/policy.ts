import type { AuditName } from "@/server/guard/audit-names";
import type { CallLimit } from "@/server/guard/limits";
import type { Permission } from "@/server/guard/permissions";
import type { CredentialKind, PlatformRole } from "@/server/identity/identity";

/**
 * Where the workspace of a call is named: by header (else the personal one), by the input's own `id`, or, where a browser
 * can set no header, by the input's `workspaceId`.
 */
export type WorkspaceSource = "header" | "input" | "input.workspaceId";

export interface PublicPolicy {
  /** Why nobody needs to be known here. */
  reason: string;
  /** The budget that a call spends; nobody is known, so it is counted by address. */
  limit: CallLimit;
}

export interface ProtectedPolicy {
  permission: Permission;
  /** The budget that a call spends, allowed or refused; counted by user. */
  limit: CallLimit;
  /** The name under which a change is written down; every mutation has one. */
  audit?: AuditName;
  /** Credentials that may call; by default those of people. */
  callers?: readonly CredentialKind[];
  workspace?: WorkspaceSource;
  /** The caller has proven to be there within ten minutes, which only a session can (`guard/fresh.ts`). */
  fresh?: true;
  /** All callers in a workspace spend together, too: so many times the budget of one. */
  workspaceBudget?: number;
  /** The answer holds a secret: it is shown once, and never kept for a repeat. */
  secret?: true;
}

export type RequiredRole = Exclude<PlatformRole, "user">;

/** What every procedure carries in its metadata; tests, audit and documents read it from there. */
export type Policy =
  | ({ access: "public" } & PublicPolicy)
  | ({ access: "protected" } & Whole)
  | ({ access: "role"; role: RequiredRole } & Whole);

type Optional = "audit" | "fresh" | "secret" | "workspaceBudget";
type Whole = Required<Omit<ProtectedPolicy, Optional>> & Pick<ProtectedPolicy, Optional>;

export type CallerPolicy = Exclude<Policy, { access: "public" }>;

export interface Meta {
  policy: Policy;
}
