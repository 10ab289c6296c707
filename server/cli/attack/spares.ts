import { randomUUID } from "node:crypto";
import type { Sql } from "@/db/client";
import { mintPerson, type Person } from "@/server/cli/attack/people";
import type { WorkspaceRole, World } from "@/server/cli/attack/world";
import { makeInvitationToken } from "@/server/identity/invitation-link";

/** People, memberships and letters that are there to be changed, taken away and used up; nobody attacks with them. */
export interface Spares {
  /** Somebody with a session, whom platform admins change. */
  subject: Person;
  /** Memberships of somebody in the team, and of somebody in the stranger's workspace. */
  inTeam: string;
  inClub: string;
  /** Person to their own membership in the team. */
  memberships: ReadonlyMap<string, string>;
  /** Person to the secret of an invitation that waits for their answer. */
  letters: ReadonlyMap<string, string>;
  /** Secrets of invitations to the owner that are over. */
  over: Readonly<Record<"expired" | "revoked", string>>;
}

type Ground = Pick<World, "people" | "team" | "club">;

/** Made behind the walls: the secrets of letters are nowhere else to be had, and sign-ups would be most of the run. */
export async function makeSpares(
  admin: Sql,
  secret: string,
  { people, team, club }: Ground,
): Promise<Spares> {
  const all = Object.values(people);
  const subject = await mintPerson(admin, secret, "subject");
  const host = await mintPerson(admin, secret, "host");
  const guest = await mintPerson(admin, secret, "guest");
  const guild = await makeGuild(admin, host);
  const formerGuild = await makeGuild(admin, host);
  const inTeam = await enrol(admin, team.id, guest, "member");
  const inClub = await enrol(admin, club.id, guest, "member");
  // Invitations are for confirmed addresses.
  await admin`update "user" set email_verified = true where not email_verified`;
  // Each on another device: who ends all others ends one.
  for (const { userId } of all)
    await admin`insert into session (id, token, user_id, expires_at)
      values (${randomUUID()}, ${randomUUID()}, ${userId}, now() + interval '1 day')`;
  const letters = new Map<string, string>();
  for (const { userId, email } of all) letters.set(userId, await invite(admin, guild, host, email));
  // Addresses that tell in which list they belong.
  await invite(admin, team.id, people.owner, `${team.mark}-guest@example.com`);
  await invite(admin, club.id, people.stranger, `${club.mark}-guest@example.com`);
  const revoked = await invite(admin, formerGuild, host, people.owner.email);
  await admin`update invitation set status = 'revoked', settled_at = now() where organization_id = ${formerGuild}`;
  const expired = await invite(admin, formerGuild, host, people.owner.email);
  await admin`update invitation set expires_at = now() - interval '1 second'
    where organization_id = ${formerGuild} and status = 'pending'`;
  const members = await admin<{ id: string; userId: string }[]>`
    select id, user_id as "userId" from member where organization_id = ${team.id}`;
  const memberships = new Map(members.map(({ id, userId }) => [userId, id]));
  return { subject, inTeam, inClub, memberships, letters, over: { expired, revoked } };
}

async function makeGuild(admin: Sql, host: Person): Promise<string> {
  const id = randomUUID();
  await admin.begin(async (tx) => {
    // A trigger makes the caller its owner.
    await tx`select set_config('app.user_id', ${host.userId}, true)`;
    await tx`insert into organization (id, name, slug) values (${id}, 'A guild', ${id})`;
  });
  return id;
}

async function enrol(
  admin: Sql,
  workspace: string,
  { userId }: Person,
  role: WorkspaceRole,
): Promise<string> {
  const id = randomUUID();
  await admin`insert into member (id, organization_id, user_id, role)
    values (${id}, ${workspace}, ${userId}, ${role})`;
  return id;
}

/** Answers the secret that the letter would hold. */
async function invite(admin: Sql, workspace: string, inviter: Person, email: string): Promise<string> {
  const { token, digest } = makeInvitationToken();
  await admin`insert into invitation (id, organization_id, inviter_id, email, role, token_digest, expires_at)
    values (${randomUUID()}, ${workspace}, ${inviter.userId}, ${email}, 'viewer', ${digest}, now() + interval '1 day')`;
  return token;
}
