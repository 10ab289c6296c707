import type { Scope } from "@/db/scope";
import { acceptInvitation, declineInvitation } from "@/server/features/invitation/queries";
import type { Accepted, Answer } from "@/server/features/invitation/schema";
import { invitationDigest } from "@/server/identity/invitation-link";

export function accept(scope: Scope, { token }: Answer): Promise<Accepted> {
  return acceptInvitation(scope, invitationDigest(token));
}

export function decline(scope: Scope, { token }: Answer): Promise<{ id: string }> {
  return declineInvitation(scope, invitationDigest(token));
}
