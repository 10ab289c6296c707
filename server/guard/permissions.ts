/**
 * Who may do what: the whole of it, on one screen. A line is a permission, a cell is how far it reaches:
 * `own` rows, `any` row of the workspace, or not at all. What is not here is granted to nobody.
 */
import type { Reach } from "@/db/scope";
import type { DatabaseRole } from "@/db/transaction";
import type { PlatformRole, Principal, WorkspaceRole } from "@/server/identity/identity";

type Row = readonly [viewer: Cell, member: Cell, admin: Cell, owner: Cell];
type Cell = Reach | null;

// biome-ignore format: a table is read in columns
const WORKSPACE = {
  //                   viewer  member  admin   owner
  "workspace:read":   ["any",  "any",  "any",  "any"],
  "workspace:update": [null,   null,   "any",  "any"],
  "workspace:secure": [null,   null,   null,   "any"],
  "workspace:delete": [null,   null,   null,   "any"],
  "member:read":      ["any",  "any",  "any",  "any"],
  "member:update":    [null,   null,   "any",  "any"],
  "member:delete":    [null,   null,   "any",  "any"],
  "member:leave":     ["own",  "own",  "own",  "own"],
  "member:transfer":  [null,   null,   null,   "any"],
  "invitation:read":  [null,   null,   "any",  "any"],
  "invitation:create":[null,   null,   "any",  "any"],
  "invitation:delete":[null,   null,   "any",  "any"],
  "project:read":     ["any",  "any",  "any",  "any"],
  "project:create":   [null,   "own",  "own",  "own"],
  "project:update":   [null,   "own",  "any",  "any"],
  "project:delete":   [null,   "own",  "any",  "any"],
  "task:read":        ["any",  "any",  "any",  "any"],
  "task:create":      [null,   "own",  "own",  "own"],
  "task:update":      [null,   "own",  "any",  "any"],
  "task:delete":      [null,   "own",  "any",  "any"],
  "document:read":    ["any",  "any",  "any",  "any"],
  "document:create":  [null,   "own",  "own",  "own"],
  "document:update":  [null,   "own",  "any",  "any"],
  "document:delete":  [null,   "own",  "any",  "any"],
  // One's own keys; with "any", those of service accounts too, and everybody's to see and to revoke.
  "apiKey:read":      ["own",  "own",  "any",  "any"],
  "apiKey:create":    ["own",  "own",  "any",  "any"],
  "apiKey:rotate":    ["own",  "own",  "any",  "any"],
  "apiKey:revoke":    ["own",  "own",  "any",  "any"],
  "serviceAccount:read":   [null, null, "any", "any"],
  "serviceAccount:create": [null, null, "any", "any"],
  "serviceAccount:delete": [null, null, "any", "any"],
  // Held to be given to services: what asks for it calls no people.
  "securityEvent:pull":    [null, null, "own", "own"],
} as const satisfies Record<string, Row>;

/** Rights over oneself and the platform, whatever the workspace. */
// biome-ignore format: a table is read in columns
const PLATFORM = {
  //                        user    auditor admin
  "me:read":              ["own",  "own",  "own"],
  "profile:read":         ["own",  "own",  "own"],
  "profile:update":       ["own",  "own",  "own"],
  "session:read":         ["own",  "own",  "own"],
  "session:revoke":       ["own",  "own",  "own"],
  "workspace:list":       ["own",  "own",  "own"],
  "workspace:create":     ["own",  "own",  "own"],
  "securityEvent:mine":   ["own",  "own",  "own"],
  "securityEvent:read":   [null,   "any",  "any"],
  "securityEvent:export": [null,   "any",  "any"],
  "securityEvent:verify": [null,   "any",  "any"],
  "alert:read":           [null,   "any",  "any"],
  "alert:update":         [null,   null,   "any"],
  "user:claimFirstAdmin": ["own",  "own",  "own"],
  "invitation:mine":      ["own",  "own",  "own"],
  "invitation:answer":    ["own",  "own",  "own"],
  "user:read":            [null,   null,   "any"],
  "user:update":          [null,   null,   "any"],
  "user:ban":             [null,   null,   "any"],
} as const satisfies Record<string, readonly [user: Cell, auditor: Cell, admin: Cell]>;

/** The database role that serves a resource. A procedure gets it from its permission, and in no other way. */
const DATABASE_ROLE = {
  workspace: "holdfast_identity",
  member: "holdfast_identity",
  invitation: "holdfast_identity",
  me: "holdfast_identity",
  profile: "holdfast_identity",
  user: "holdfast_identity",
  apiKey: "holdfast_identity",
  serviceAccount: "holdfast_identity",
  session: "holdfast_identity",
  project: "holdfast_tenant",
  task: "holdfast_tenant",
  document: "holdfast_tenant",
  securityEvent: "holdfast_security",
  alert: "holdfast_security",
} as const satisfies Record<string, DatabaseRole>;

export type WorkspacePermission = keyof typeof WORKSPACE;
export type PlatformPermission = keyof typeof PLATFORM;
export type Permission = WorkspacePermission | PlatformPermission;

const WORKSPACE_ROLES: readonly WorkspaceRole[] = ["viewer", "member", "admin", "owner"];
const PLATFORM_ROLES: readonly PlatformRole[] = ["user", "auditor", "admin"];

/** What each pair of roles holds. */
const HELD: ReadonlyMap<string, ReadonlyMap<string, Reach>> = new Map(
  PLATFORM_ROLES.flatMap((platform, one) =>
    WORKSPACE_ROLES.map((workspace, other) => [
      `${platform} ${workspace}`,
      new Map([...column(PLATFORM, one), ...column(WORKSPACE, other)]),
    ]),
  ),
);
const NOTHING: ReadonlyMap<string, Reach> = new Map([]);

/** Every permission that a pair of roles holds, with its reach. An unknown role makes it nothing. */
export function permissionsOf(platform: PlatformRole, workspace: WorkspaceRole): ReadonlyMap<string, Reach> {
  return HELD.get(`${platform} ${workspace}`) ?? NOTHING;
}

/** What a service account can be given at all: the trail of its own workspace. */
const OF_SERVICES: readonly (readonly [Permission, Reach])[] = [["securityEvent:pull", "own"]];

/** What a principal in a role may do now: behind a key no more than its scopes, and a service nothing by its role. */
export function permissionsHeld(
  { kind, platformRole, scopes }: Pick<Principal, "kind" | "platformRole" | "scopes">,
  role: WorkspaceRole,
): ReadonlyMap<string, Reach> {
  const held = kind === "service" ? new Map<string, Reach>(OF_SERVICES) : permissionsOf(platformRole, role);
  if (kind !== "key" && kind !== "service") return held;
  return new Map([...held].filter(([permission]) => scopes?.has(permission)));
}

/** Whether a workspace role holds as much as another. What is no role compares with nothing. */
export function holdsAtLeast(role: WorkspaceRole, other: WorkspaceRole): boolean {
  const [held, asked] = [role, other].map((one) => WORKSPACE_ROLES.indexOf(one)) as [number, number];
  return asked >= 0 && held >= asked;
}

function column(table: Record<string, readonly Cell[]>, index: number): [string, Reach][] {
  return Object.entries(table).flatMap(([permission, cells]): [string, Reach][] => {
    const reach = cells[index];
    return reach ? [[permission, reach]] : [];
  });
}

/** Both tables as they stand, for whoever writes them down: cells in the order of `roles`. */
export function roleTables() {
  return {
    workspace: { roles: WORKSPACE_ROLES, permissions: WORKSPACE as Record<string, readonly Cell[]> },
    platform: { roles: PLATFORM_ROLES, permissions: PLATFORM as Record<string, readonly Cell[]> },
  };
}

/** The database role under which statements of a permission run. */
export function databaseRole(permission: Permission): DatabaseRole {
  return DATABASE_ROLE[resourceOf(permission)];
}

/** Whether a permission is one over a workspace, rather than over oneself or the platform. */
export function isOfWorkspace(permission: Permission): boolean {
  return Object.hasOwn(WORKSPACE, permission);
}

/** The noun of a permission: `task` of `task:read`. */
export function resourceOf(permission: Permission): keyof typeof DATABASE_ROLE {
  return permission.slice(0, permission.indexOf(":")) as keyof typeof DATABASE_ROLE;
}
