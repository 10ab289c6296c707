import {
  archiveProject,
  createProject,
  deleteProject,
  getProject,
  listProjects,
  updateProject,
} from "@/server/features/project/queries";
import {
  archiveProjectInput,
  createProjectInput,
  deletedProject,
  deleteProjectInput,
  listProjectsInput,
  project,
  projectInput,
  projectPage,
  updateProjectInput,
} from "@/server/features/project/schema";
import { protectedProcedure, router } from "@/server/guard/procedures";

export const projectRouter = router({
  list: protectedProcedure({ permission: "project:read", limit: "read" })
    .input(listProjectsInput)
    .output(projectPage)
    .query(({ ctx, input }) => listProjects(ctx.scope, input)),

  get: protectedProcedure({ permission: "project:read", limit: "read" })
    .input(projectInput)
    .output(project)
    .query(({ ctx, input }) => getProject(ctx.scope, input)),

  create: protectedProcedure({ permission: "project:create", limit: "write", audit: "project.create" })
    .input(createProjectInput)
    .output(project)
    .mutation(({ ctx, input }) => createProject(ctx.scope, input)),

  update: protectedProcedure({ permission: "project:update", limit: "write", audit: "project.update" })
    .input(updateProjectInput)
    .output(project)
    .mutation(({ ctx, input }) => updateProject(ctx.scope, input)),

  archive: protectedProcedure({ permission: "project:update", limit: "write", audit: "project.archive" })
    .input(archiveProjectInput)
    .output(project)
    .mutation(({ ctx, input }) => archiveProject(ctx.scope, input)),

  delete: protectedProcedure({ permission: "project:delete", limit: "write", audit: "project.delete" })
    .input(deleteProjectInput)
    .output(deletedProject)
    .mutation(({ ctx, input }) => deleteProject(ctx.scope, input)),
});
