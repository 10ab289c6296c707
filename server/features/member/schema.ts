import { z } from "zod";
import { id, page, pageOf } from "@/server/guard/input";

export const member = z.object({
  id,
  userId: id,
  name: z.string(),
  email: z.string(),
  role: z.enum(["viewer", "member", "admin", "owner"]),
});
export type Member = z.infer<typeof member>;
export const memberPage = pageOf(member);

export const listMembersInput = z.strictObject(page).prefault({});
export type ListMembers = z.infer<typeof listMembersInput>;
