import {
  createWorkspace,
  deleteWorkspace,
  getWorkspace,
  listWorkspaces,
  setSecondFactor,
  updateWorkspace,
} from "@/server/features/workspace/queries";
import {
  createWorkspaceInput,
  deletedWorkspace,
  listWorkspacesInput,
  setSecondFactorInput,
  updateWorkspaceInput,
  workspace,
  workspaceInput,
  workspacePage,
} from "@/server/features/workspace/schema";
import { refused } from "@/server/guard/errors";
import { SECOND_FACTOR_REQUIRED } from "@/server/guard/fresh";
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

  setSecondFactor: protectedProcedure({
    permission: "workspace:secure",
    limit: "sensitive",
    audit: "workspace.setSecondFactor",
    workspace: "input",
    fresh: true,
  })
    .input(setSecondFactorInput)
    .output(workspace)
    .mutation(({ ctx, input }) => {
      // Nobody locks themselves out.
      if (input.required && !ctx.identity.secondFactor) return refused(SECOND_FACTOR_REQUIRED);
      return setSecondFactor(ctx.scope, input);
    }),

  delete: protectedProcedure({
    permission: "workspace:delete",
    limit: "write",
    fresh: true,
    audit: "workspace.delete",
    workspace: "input",
  })
    .input(workspaceInput)
    .output(deletedWorkspace)
    .mutation(({ ctx }) => deleteWorkspace(ctx.scope)),
});
