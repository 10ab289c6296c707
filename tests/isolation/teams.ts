import { createHash } from "node:crypto";
import type postgres from "postgres";
import { v7 } from "uuid";
import type { House, Person } from "@/tests/support/house";

/** The secret of the invitation that `plantInvitation` plants. */
export const INVITATION_TOKEN = "I".repeat(43);
/** Whom every workspace has invited. */
export const INVITED = "somebody@example.com";

/** A viewer, another owner, an invitation, and somebody who is none of it; the person's own membership comes last. */
export async function addTeam(house: House, person: Person, workspaceId: string) {
  const [viewer, owner, outsider] = await Promise.all([house.person(), house.person(), house.person()]);
  await house.join(viewer, workspaceId, "viewer");
  await house.join(owner, workspaceId, "owner");
  await house.admin`update member set role = role where organization_id = ${workspaceId} and user_id = ${person.userId}`;
  const [row] = await house.admin<{ id: string }[]>`
    select id from member where organization_id = ${workspaceId} and user_id = ${viewer.userId}`;
  const [waiting] = await house.admin`
    select 1 from invitation where organization_id = ${workspaceId} and email = ${INVITED}`;
  const invitation = await insertInvitation(house.admin, {
    ...{ workspaceId, inviterId: person.userId, email: waiting ? `${v7()}@example.com` : INVITED },
    token: v7(),
  });
  return { member: row?.id ?? "", invitation, outsider: outsider.userId };
}

/** An invitation of the person into a workspace of somebody else, for the cases of `invitation.accept` and `decline`. */
export async function plantInvitation(house: House, { userId, email }: Person): Promise<void> {
  const host = await house.person();
  const workspaceId = v7();
  // Behind the walls: a test may have taken away what the product needs for it. The trigger makes the host its owner.
  await house.admin.begin(async (tx) => {
    await tx`select set_config('app.user_id', ${host.userId}, true)`;
    await tx`insert into organization (id, name, slug) values (${workspaceId}, 'A host''s', ${workspaceId})`;
  });
  await house.admin`update "user" set email_verified = true where id = ${userId}`;
  await house.admin`delete from invitation where token_digest = ${digestOf(INVITATION_TOKEN)}`;
  await insertInvitation(house.admin, {
    workspaceId,
    inviterId: host.userId,
    email,
    token: INVITATION_TOKEN,
  });
}

interface Invitation {
  workspaceId: string;
  inviterId: string;
  email: string;
  token: string;
}

async function insertInvitation(admin: postgres.Sql, of: Invitation): Promise<string> {
  const id = v7();
  await admin`
    insert into invitation (id, organization_id, inviter_id, email, role, token_digest, expires_at)
    values (${id}, ${of.workspaceId}, ${of.inviterId}, ${of.email}, 'member', ${digestOf(of.token)}, now() + interval '1 day')`;
  return id;
}

export const digestOf = (token: string) => createHash("sha256").update(token).digest("base64url");
