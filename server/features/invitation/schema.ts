import { z } from "zod";
import { id, page, pageOf } from "@/server/guard/input";

const role = z.enum(["viewer", "member", "admin", "owner"]);

/** One that waits for an answer, as the admins of its workspace see it. */
export const invitation = z.object({
  id,
  email: z.string(),
  role,
  inviterName: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  /** Its time is over, and nobody revoked it. */
  expired: z.boolean(),
});
export type Invitation = z.infer<typeof invitation>;
export const invitationPage = pageOf(invitation);

/** One that waits for the caller's answer. */
export const received = z.object({
  id,
  workspaceName: z.string(),
  inviterName: z.string(),
  role,
  expiresAt: z.string(),
});
export type Received = z.infer<typeof received>;
export const receivedPage = pageOf(received);

export const listInvitationsInput = z.strictObject(page).prefault({});
export type ListInvitations = z.infer<typeof listInvitationsInput>;
/** The secret of the link. */
export const answerInput = z.strictObject({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
export type Answer = z.infer<typeof answerInput>;
export const accepted = z.object({ id, workspaceId: id, memberId: id, role });
export type Accepted = z.infer<typeof accepted>;
export const invitationInput = z.strictObject({ id });
export const settled = z.object({ id });
