import type { Member } from "@/server/features/member/schema";

type Role = Member["role"];

/** From the least to the most, with what each may do in a sentence. */
export const ROLES: readonly { value: Role; label: string; about: string }[] = [
  { value: "viewer", label: "Viewer", about: "Reads everything." },
  { value: "member", label: "Member", about: "Writes, and changes what is their own." },
  { value: "admin", label: "Admin", about: "Changes everything, and invites people." },
  { value: "owner", label: "Owner", about: "Changes everything, and may delete the workspace." },
];

export const roleLabel = (role: Role) => ROLES.find(({ value }) => value === role)?.label ?? role;

/** Roles that somebody with a role may give, and whose holders they may change. */
export function rolesUpTo(role: Role): readonly { value: Role; label: string; about: string }[] {
  return ROLES.slice(0, ROLES.findIndex(({ value }) => value === role) + 1);
}
