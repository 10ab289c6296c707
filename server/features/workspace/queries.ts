import { and, desc, eq, isNull } from "drizzle-orm";
import { olderThan, type Page, toPage } from "@/db/page";
import { newId } from "@/db/schema/columns";
import { member, organization } from "@/db/schema/identity";
import { isWorkspace, mine, type Scope } from "@/db/scope";
import type {
  CreateWorkspace,
  ListWorkspaces,
  SetSecondFactor,
  UpdateWorkspace,
  Workspace,
} from "@/server/features/workspace/schema";
import { noteChange, written } from "@/server/guard/change";
import { conflict, outOfReach } from "@/server/guard/errors";
import type { WorkspaceRole } from "@/server/identity/identity";

const columns = {
  id: organization.id,
  name: organization.name,
  personalUserId: organization.personalUserId,
  requiresSecondFactor: organization.requireSecondFactor,
  role: member.role,
  createdAt: organization.createdAt,
};

interface Row {
  id: string;
  name: string;
  personalUserId: string | null;
  requiresSecondFactor: boolean;
  role: string;
  createdAt: Date;
}

function toWorkspace({ personalUserId, role, createdAt, ...row }: Row): Workspace {
  return {
    ...row,
    personal: personalUserId !== null,
    role: role as WorkspaceRole,
    createdAt: createdAt.toISOString(),
  };
}

export async function listWorkspaces(
  scope: Scope,
  { cursor, limit }: ListWorkspaces,
): Promise<Page<Workspace>> {
  const rows = await scope.tx
    .select(columns)
    .from(member)
    .innerJoin(organization, eq(organization.id, member.organizationId))
    .where(and(mine(member, scope), olderThan(organization.id, cursor)))
    .orderBy(desc(organization.id))
    .limit(limit + 1);
  return toPage(rows.map(toWorkspace), limit);
}

export async function getWorkspace(scope: Scope): Promise<Workspace> {
  const [row] = await scope.tx
    .select(columns)
    .from(organization)
    .innerJoin(member, and(eq(member.organizationId, organization.id), mine(member, scope)))
    .where(isWorkspace(organization, scope));
  return row ? toWorkspace(row) : outOfReach();
}

/** A database trigger makes the caller its owner, in the same statement. */
export async function createWorkspace(scope: Scope, { name }: CreateWorkspace): Promise<Workspace> {
  const id = newId();
  const createdAt = new Date();
  await scope.tx.insert(organization).values({ id, name, slug: id, createdAt });
  noteChange(scope, { before: null, after: { name: written(name) } });
  const fixed = { personal: false, requiresSecondFactor: false, role: "owner" } as const;
  return { id, name, ...fixed, createdAt: createdAt.toISOString() };
}

export async function updateWorkspace(scope: Scope, { name }: UpdateWorkspace): Promise<Workspace> {
  const [[before], [after]] = await Promise.all([
    scope.tx
      .select({ name: organization.name })
      .from(organization)
      .where(isWorkspace(organization, scope))
      .for("update"),
    scope.tx
      .update(organization)
      .set({ name })
      .where(isWorkspace(organization, scope))
      .returning({ name: organization.name }),
  ]);
  if (!before || !after) return outOfReach();
  noteChange(scope, { before: { name: written(before.name) }, after: { name: written(after.name) } });
  return getWorkspace(scope);
}

/** Asks its members for a second factor, or no longer. */
export async function setSecondFactor(scope: Scope, { required }: SetSecondFactor): Promise<Workspace> {
  const [row] = await scope.tx
    .update(organization)
    .set({ requireSecondFactor: required })
    .where(isWorkspace(organization, scope))
    .returning({ required: organization.requireSecondFactor });
  if (!row) return outOfReach();
  noteChange(scope, { before: null, after: { requireSecondFactor: row.required } });
  return getWorkspace(scope);
}

export async function deleteWorkspace(scope: Scope): Promise<{ id: string }> {
  const [row] = await scope.tx
    .delete(organization)
    .where(and(isWorkspace(organization, scope), isNull(organization.personalUserId)))
    .returning({ id: organization.id, name: organization.name });
  // The guard let only an owner come here, so a row that stays is a personal workspace.
  if (!row) return conflict("PERSONAL_WORKSPACE", "A personal workspace can not be deleted.");
  noteChange(scope, { before: { name: written(row.name) }, after: null });
  return { id: row.id };
}
