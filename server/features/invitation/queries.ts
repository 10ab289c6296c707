import { and, desc, eq, sql } from "drizzle-orm";
import { cursorId, olderThan, type Page, toPage } from "@/db/page";
import { invitation, user } from "@/db/schema/identity";
import { isMe, ofWorkspace, ownOrAny, type Scope } from "@/db/scope";
import type { Accepted, Invitation, ListInvitations, Received } from "@/server/features/invitation/schema";
import { noteChange } from "@/server/guard/change";
import { outOfReach } from "@/server/guard/errors";
import type { WorkspaceRole } from "@/server/identity/identity";

/** Those that nobody answered yet, whose time is over included. */
export async function listInvitations(
  scope: Scope,
  { cursor, limit }: ListInvitations,
): Promise<Page<Invitation>> {
  const rows = await scope.tx
    .select({
      id: invitation.id,
      email: invitation.email,
      role: sql<WorkspaceRole>`${invitation.role}`,
      inviterName: user.name,
      createdAt: invitation.createdAt,
      expiresAt: invitation.expiresAt,
      expired: sql<boolean>`${invitation.expiresAt} <= now()`,
    })
    .from(invitation)
    .innerJoin(user, eq(user.id, invitation.inviterId))
    .where(
      and(
        ofWorkspace(invitation, scope),
        ownOrAny(invitation, scope),
        eq(invitation.status, "pending"),
        olderThan(invitation.id, cursor),
      ),
    )
    .orderBy(desc(invitation.id))
    .limit(limit + 1);
  const toItem = ({ createdAt, expiresAt, ...row }: (typeof rows)[number]): Invitation => ({
    ...row,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  });
  return toPage(rows.map(toItem), limit);
}

export async function revokeInvitation(scope: Scope, id: string): Promise<{ id: string }> {
  const [row] = await scope.tx
    .update(invitation)
    .set({ status: "revoked", settledAt: sql`now()` })
    .where(
      and(
        eq(invitation.id, id),
        ofWorkspace(invitation, scope),
        ownOrAny(invitation, scope),
        eq(invitation.status, "pending"),
      ),
    )
    .returning({ id: invitation.id, status: invitation.status });
  if (!row) return outOfReach();
  noteChange(scope, { before: { status: "pending" }, after: { status: row.status } });
  return { id: row.id };
}

/** Those to the caller's confirmed address, in whichever workspace. A function of the database looks: see the walls. */
export async function receivedInvitations(
  scope: Scope,
  { cursor, limit }: ListInvitations,
): Promise<Page<Received>> {
  const rows = await scope.tx
    .select({ item: sql<Received>`my_invitations(${cursorId(cursor)}, ${limit + 1})` })
    .from(user)
    .where(isMe(user, scope));
  return toPage(
    rows.map(({ item }) => item),
    limit,
  );
}

/** Of any number of uses one succeeds; whatever is wrong with the others, or with whose it is, is the one refusal. */
export async function acceptInvitation(scope: Scope, digest: string): Promise<Accepted> {
  const [row] = await scope.tx
    .select({ accepted: sql<Accepted | null>`accept_invitation(${digest})` })
    .from(user)
    .where(isMe(user, scope));
  if (!row?.accepted) return outOfReach();
  const { workspaceId: workspace, memberId: membership, role } = row.accepted;
  noteChange(scope, {
    before: { status: "pending", workspace: null, membership: null, role: null },
    after: { status: "accepted", workspace, membership, role },
  });
  return row.accepted;
}

export async function declineInvitation(scope: Scope, digest: string): Promise<{ id: string }> {
  const [row] = await scope.tx
    .select({ id: sql<string | null>`decline_invitation(${digest})` })
    .from(user)
    .where(isMe(user, scope));
  if (!row?.id) return outOfReach();
  noteChange(scope, { before: { status: "pending" }, after: { status: "declined" } });
  return { id: row.id };
}
