import type { Scope } from "@/db/scope";
import { insertInvitation } from "@/server/features/member/queries";
import type { Invited, InviteMember } from "@/server/features/member/schema";
import { invitationLink, makeInvitationToken } from "@/server/identity/invitation-link";
import type { Letter } from "@/server/platform/mail/letter";
import { invitationLetter } from "@/server/platform/mail/letters";

interface Desk {
  scope: Scope;
  /** Posted when the transaction has committed. */
  letters: Letter[];
  site: string;
}

/** Invites an address. The secret of the link is in the letter and nowhere else: not in the answer, not in the row. */
export async function inviteMember({ scope, letters, site }: Desk, input: InviteMember): Promise<Invited> {
  const { token, digest } = makeInvitationToken();
  const { made, ...names } = await insertInvitation(scope, { ...input, tokenDigest: digest });
  const link = invitationLink(site, token, input.email);
  letters.push(invitationLetter({ to: input.email, link, expiresAt: new Date(made.expiresAt), ...names }));
  return made;
}
