/**
 * Who is calling. Whatever the credential was (cookie today; token and key end here too), the guard sees one
 * `Principal`, read from the database, never from the credential. No call site touches a cookie or a payload.
 */

export type WorkspaceRole = "viewer" | "member" | "admin" | "owner";
export type PlatformRole = "user" | "auditor" | "admin";
export type CredentialKind = "session" | "token" | "key" | "service";

export interface Principal {
  readonly kind: CredentialKind;
  /** The person; for a service, its service account. */
  readonly userId: string;
  /** The session behind a cookie or a token; null behind a key. */
  readonly sessionId: string | null;
  readonly keyId: string | null;
  readonly platformRole: PlatformRole;
  readonly personalWorkspaceId: string;
  /** Workspace id to the role held in it, as the database has it now. */
  readonly memberships: ReadonlyMap<string, WorkspaceRole>;
  /** Those of them that ask for a second factor. */
  readonly secondFactorWorkspaces: ReadonlySet<string>;
  readonly authenticatedAt: Date;
  /** Whether the session was begun with a second factor. */
  readonly secondFactor: boolean;
  /** When the person last proved to be there (step-up); null: not since the sign-in. Never set for token and key. */
  readonly provenAt: Date | null;
  /** Permissions that a key was given, at most; null: no bound. */
  readonly scopes: ReadonlySet<string> | null;
  /** The one workspace in which a key works; null: every one of the person's. */
  readonly boundTo: string | null;
}

/**
 * A copy, to be changed or added to. Field by field: to spread so many takes V8 5 µs, at each request, and memory that only
 * a full collection frees.
 */
export const copyOf = (principal: Principal): { -readonly [Name in keyof Principal]: Principal[Name] } => ({
  kind: principal.kind,
  userId: principal.userId,
  sessionId: principal.sessionId,
  keyId: principal.keyId,
  platformRole: principal.platformRole,
  personalWorkspaceId: principal.personalWorkspaceId,
  memberships: principal.memberships,
  secondFactorWorkspaces: principal.secondFactorWorkspaces,
  authenticatedAt: principal.authenticatedAt,
  secondFactor: principal.secondFactor,
  provenAt: principal.provenAt,
  scopes: principal.scopes,
  boundTo: principal.boundTo,
});

/** A principal at work in one workspace. `permissions` derives from the server's table, never from a credential. */
export interface Identity extends Principal {
  readonly workspaceId: string;
  readonly workspaceRole: WorkspaceRole;
  readonly permissions: ReadonlyMap<string, "own" | "any">;
}

/** Whatever is not a known platform role is an ordinary user. */
export const platformRole = (role: string | null | undefined): PlatformRole =>
  role === "admin" || role === "auditor" ? role : "user";

/** Why there is no principal. The code goes to the caller, so it says nothing about what was presented. */
export class Unauthenticated extends Error {
  override readonly name = "Unauthenticated";
  constructor(readonly code: "UNAUTHORIZED" | "TOKEN_EXPIRED" = "UNAUTHORIZED") {
    super("Sign in to go on.");
  }
}

/** By name: the error may come from the other module graph of this process, where `instanceof` is not shared. */
export function isUnauthenticated(error: unknown): error is Unauthenticated {
  return error instanceof Error && error.name === "Unauthenticated" && "code" in error;
}
