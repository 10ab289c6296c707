import { z } from "zod";
import { id } from "@/server/guard/input";

export const me = z.object({
  userId: id,
  name: z.string(),
  email: z.string(),
  platformRole: z.enum(["user", "auditor", "admin"]),
  personalWorkspaceId: id,
  workspaceId: id,
  workspaceRole: z.enum(["viewer", "member", "admin", "owner"]),
  /** Permission to its reach, in the workspace of this call. */
  permissions: z.record(z.string(), z.enum(["own", "any"])),
});
export type Me = z.infer<typeof me>;
