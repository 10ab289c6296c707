import { and, desc, eq, gt, inArray, or, sql } from "drizzle-orm";
import { olderThan, type Page, toPage } from "@/db/page";
import { newId } from "@/db/schema/columns";
import { invitation, member, organization, user } from "@/db/schema/identity";
import { isWorkspace, ofWorkspace, type Scope } from "@/db/scope";
import type {
  Invited,
  InviteMember,
  ListMembers,
  Member,
  SetRole,
  Standing,
} from "@/server/features/member/schema";
import { noteChange } from "@/server/guard/change";
import { conflict, outOfReach } from "@/server/guard/errors";
import { holdsAtLeast } from "@/server/guard/permissions";
import type { WorkspaceRole } from "@/server/identity/identity";

/** Most invitations of one workspace that wait for an answer. */
const MOST_PENDING = 100;

const columns = { id: member.id, userId: member.userId, role: sql<WorkspaceRole>`${member.role}` };

export async function listMembers(scope: Scope, { cursor, limit }: ListMembers): Promise<Page<Member>> {
  const rows = await scope.tx
    .select({ ...columns, name: user.name, email: user.email })
    .from(member)
    .innerJoin(user, eq(user.id, member.userId))
    .where(and(ofWorkspace(member, scope), olderThan(member.id, cursor)))
    .orderBy(desc(member.id))
    .limit(limit + 1);
  return toPage(rows, limit);
}

/**
 * Makes an invitation, in place of one that the address had. Nobody is looked for by the address: the answer and the
 * work are the same for everybody.
 */
export async function insertInvitation(
  scope: Scope,
  { email, role, tokenDigest }: InviteMember & { tokenDigest: string },
): Promise<{ made: Invited; workspaceName: string; inviterName: string }> {
  const { name: workspaceName, isPersonal, actor } = await holdMembers(scope);
  if (!actor || !mayGive(actor, role)) return outOfReach();
  if (isPersonal)
    return conflict(
      "PERSONAL_WORKSPACE",
      "A personal workspace is for one person. Invite people into another.",
    );
  const waiting = and(ofWorkspace(invitation, scope), isPending(), gt(invitation.expiresAt, sql`now()`));
  if ((await scope.tx.$count(invitation, waiting)) >= MOST_PENDING)
    return conflict("TOO_MANY_INVITATIONS", "Too many invitations wait for an answer. Revoke some first.");
  await scope.tx
    .update(invitation)
    .set({ status: "revoked", settledAt: sql`now()` })
    .where(and(ofWorkspace(invitation, scope), eq(invitation.email, email), isPending()));
  const [row] = await scope.tx
    .insert(invitation)
    .values({
      ...{ id: newId(), email, role, tokenDigest, status: "pending" },
      expiresAt: sql`now() + interval '7 days'`,
      organizationId: scope.workspaceId,
      inviterId: scope.userId,
    })
    .returning({ id: invitation.id, expiresAt: invitation.expiresAt });
  if (!row) return outOfReach();
  // The address is in the row, which can be erased.
  noteChange(scope, { before: null, after: { role } });
  const made = { id: row.id, email, role, expiresAt: row.expiresAt.toISOString() };
  return { made, workspaceName, inviterName: actor.name ?? "" };
}

export async function setRole(scope: Scope, { id, role }: SetRole): Promise<Standing> {
  const { actor, target, isLastOwner } = await standings(scope, id);
  const isRaisingSelf = target.id === actor.id && !holdsAtLeast(actor.role, role);
  if (isRaisingSelf || !mayGive(actor, role)) return outOfReach();
  if (isLastOwner && role !== "owner") return lastOwner();
  const [row] = await scope.tx
    .update(member)
    .set({ role })
    .where(and(eq(member.id, id), ofWorkspace(member, scope)))
    .returning(columns);
  if (!row) return outOfReach();
  noteChange(scope, { before: { role: target.role }, after: { role: row.role } });
  return row;
}

/** What the person made stays; what was assigned to them is nobody's (a composite foreign key sees to that). */
export async function removeMember(scope: Scope, id: string): Promise<{ id: string }> {
  const { isLastOwner } = await standings(scope, id);
  if (isLastOwner) return lastOwner();
  const [gone] = await scope.tx
    .delete(member)
    .where(and(eq(member.id, id), ofWorkspace(member, scope)))
    .returning(columns);
  if (!gone) return outOfReach();
  noteChange(scope, { before: { person: gone.userId, role: gone.role }, after: null });
  return { id: gone.id };
}

export async function leaveWorkspace(scope: Scope): Promise<{ id: string }> {
  const { isPersonal, actor, owners } = await holdMembers(scope);
  if (isPersonal) return conflict("PERSONAL_WORKSPACE", "A personal workspace can not be left.");
  if (actor?.role === "owner" && owners === 1) return lastOwner();
  const [gone] = await scope.tx
    .delete(member)
    .where(and(ofWorkspace(member, scope), eq(member.userId, scope.userId)))
    .returning(columns);
  if (!gone) return outOfReach();
  noteChange(scope, { before: { person: gone.userId, role: gone.role }, after: null });
  return { id: gone.id };
}

/** Makes another member the owner and the caller an admin, in one transaction: there is an owner at every moment. */
export async function transferOwnership(scope: Scope, id: string): Promise<Standing> {
  const { actor, target } = await standings(scope, id);
  if (actor.role !== "owner") return outOfReach();
  if (target.id === actor.id)
    return conflict("OWN_MEMBERSHIP", "You are an owner already. Choose another member.");
  const [[row]] = await Promise.all([
    scope.tx
      .update(member)
      .set({ role: "owner" })
      .where(and(eq(member.id, id), ofWorkspace(member, scope)))
      .returning(columns),
    scope.tx
      .update(member)
      .set({ role: "admin" })
      .where(and(ofWorkspace(member, scope), eq(member.userId, scope.userId))),
  ]);
  if (!row) return outOfReach();
  noteChange(scope, {
    before: { owner: actor.userId, role: target.role },
    after: { owner: row.userId, role: row.role },
  });
  return row;
}

/**
 * From here to the end of the transaction nobody else changes who is in the workspace. Tells who the caller is among
 * those who may give rights, as the table has it now: what the session says may be over.
 */
async function holdMembers(scope: Scope, id?: string) {
  const [[place], rows] = await Promise.all([
    scope.tx
      .select({
        name: organization.name,
        personalUserId: organization.personalUserId,
        held: sql`lock_members(${organization.id})`,
      })
      .from(organization)
      .where(isWorkspace(organization, scope)),
    scope.tx
      .select({ ...columns, name: user.name })
      .from(member)
      // Left: who may only leave sees no name but their own, and counts all owners.
      .leftJoin(user, eq(user.id, member.userId))
      .where(
        and(
          ofWorkspace(member, scope),
          or(inArray(member.role, ["admin", "owner"]), id === undefined ? undefined : eq(member.id, id)),
        ),
      ),
  ]);
  if (!place) return outOfReach();
  return {
    name: place.name,
    isPersonal: place.personalUserId !== null,
    actor: rows.find(({ userId }) => userId === scope.userId),
    target: rows.find((row) => row.id === id),
    owners: rows.filter(({ role }) => role === "owner").length,
  };
}

/** The caller and the member they are about to change, who holds no more than they do. */
async function standings(scope: Scope, id: string) {
  const { actor, target, owners } = await holdMembers(scope, id);
  if (!actor || !target || !mayGive(actor, target.role)) return outOfReach();
  return { actor, target, isLastOwner: target.role === "owner" && owners === 1 };
}

const isPending = () => eq(invitation.status, "pending");

/** Nobody gives or takes more than they hold, and below admin nobody gives anything. */
const mayGive = (actor: Standing, role: WorkspaceRole) =>
  holdsAtLeast(actor.role, "admin") && holdsAtLeast(actor.role, role);

const lastOwner = () =>
  conflict("LAST_OWNER", "A workspace keeps an owner. Make somebody else an owner first.");
