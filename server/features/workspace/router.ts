import {
  createWorkspace,
  deleteWorkspace,
  getWorkspace,
  listWorkspaces,
  updateWorkspace,
} from "@/server/features/workspace/queries";
import {
  createWorkspaceInput,
  deletedWorkspace,
  listWorkspacesInput,
  updateWorkspaceInput,
  workspace,
  workspaceInput,
  workspacePage,
} from "@/server/features/workspace/schema";
import { protectedProcedure, router } from "@/server/guard/procedures";

export const workspaceRouter = router({
  list: protectedProcedure({ permission: "workspace:list", limit: "read" })
    .input(listWorkspacesInput)
    .output(workspacePage)
    .query(({ ctx, input }) => listWorkspaces(ctx.scope, input)),

  create: protectedProcedure({ permission: "workspace:create", limit: "write", audit: "workspace.create" })
    .input(createWorkspaceInput)
    .output(workspace)
    .mutation(({ ctx, input }) => createWorkspace(ctx.scope, input)),

  get: protectedProcedure({ permission: "workspace:read", limit: "read", workspace: "input" })
    .input(workspaceInput)
    .output(workspace)
    .query(({ ctx }) => getWorkspace(ctx.scope)),

  update: protectedProcedure({
    permission: "workspace:update",
    limit: "write",
    audit: "workspace.update",
    workspace: "input",
  })
    .input(updateWorkspaceInput)
    .output(workspace)
    .mutation(({ ctx, input }) => updateWorkspace(ctx.scope, input)),

  delete: protectedProcedure({
    permission: "workspace:delete",
    limit: "write",
    audit: "workspace.delete",
    workspace: "input",
  })
    .input(workspaceInput)
    .output(deletedWorkspace)
    .mutation(({ ctx }) => deleteWorkspace(ctx.scope)),
});
