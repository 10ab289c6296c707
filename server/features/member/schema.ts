import { z } from "zod";
import { id, page, pageOf } from "@/server/guard/input";

const workspaceRole = z.enum(["viewer", "member", "admin", "owner"]);

export const member = z.object({
  id,
  userId: id,
  name: z.string(),
  email: z.string(),
  role: workspaceRole,
});
export type Member = z.infer<typeof member>;
export const memberPage = pageOf(member);

export const listMembersInput = z.strictObject(page).prefault({});
export type ListMembers = z.infer<typeof listMembersInput>;

export const inviteMemberInput = z.strictObject({
  email: z.email().max(254).toLowerCase(),
  role: workspaceRole.default("member"),
});
export type InviteMember = z.infer<typeof inviteMemberInput>;
/** What is told of a new invitation: the same whoever has the address. */
export const invited = z.object({ id, email: z.string(), role: workspaceRole, expiresAt: z.string() });
export type Invited = z.infer<typeof invited>;

/** `id` is that of the membership, as `member.list` names it. */
export const memberInput = z.strictObject({ id });
export const setRoleInput = z.strictObject({ id, role: workspaceRole });
export type SetRole = z.infer<typeof setRoleInput>;
export const standing = z.object({ id, userId: id, role: workspaceRole });
export type Standing = z.infer<typeof standing>;
export const endedMembership = z.object({ id });
