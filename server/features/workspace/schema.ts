import { z } from "zod";
import { id, line, page, pageOf } from "@/server/guard/input";

export const workspace = z.object({
  id,
  name: z.string(),
  /** A personal workspace belongs to one person and is never deleted by itself. */
  personal: z.boolean(),
  /** Whether people come in with a second factor only. */
  requiresSecondFactor: z.boolean(),
  role: z.enum(["viewer", "member", "admin", "owner"]),
  createdAt: z.string(),
});
export type Workspace = z.infer<typeof workspace>;
export const workspacePage = pageOf(workspace);

export const listWorkspacesInput = z.strictObject(page).prefault({});
export type ListWorkspaces = z.infer<typeof listWorkspacesInput>;
export const createWorkspaceInput = z.strictObject({ name: line(80) });
export type CreateWorkspace = z.infer<typeof createWorkspaceInput>;
export const workspaceInput = z.strictObject({ id });
export const updateWorkspaceInput = z.strictObject({ id, name: line(80) });
export type UpdateWorkspace = z.infer<typeof updateWorkspaceInput>;
export const setSecondFactorInput = z.strictObject({ id, required: z.boolean() });
export type SetSecondFactor = z.infer<typeof setSecondFactorInput>;
export const deletedWorkspace = z.object({ id });
