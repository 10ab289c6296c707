import { z } from "zod";
import { id, line, lines, page, pageOf, version } from "@/server/guard/input";

export const project = z.object({
  id,
  ownerId: id,
  name: z.string(),
  description: z.string(),
  archivedAt: z.string().nullable(),
  version: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Tasks of the project by status. */
  taskCounts: z.object({ todo: z.number(), in_progress: z.number(), done: z.number() }),
});
export type Project = z.infer<typeof project>;
export const projectPage = pageOf(project);

export const listProjectsInput = z
  .strictObject({ ...page, search: line(200).optional(), archived: z.boolean().default(false) })
  .prefault({});
export type ListProjects = z.infer<typeof listProjectsInput>;

export const projectInput = z.strictObject({ id });
export type ProjectRef = z.infer<typeof projectInput>;
export const createProjectInput = z.strictObject({ name: line(120), description: lines(10_000).default("") });
export type CreateProject = z.infer<typeof createProjectInput>;
export const updateProjectInput = z.strictObject({
  id,
  version: version.optional(),
  name: line(120).optional(),
  description: lines(10_000).optional(),
});
export type UpdateProject = z.infer<typeof updateProjectInput>;
/** `archived: false` brings a project back. */
export const archiveProjectInput = z.strictObject({
  id,
  version: version.optional(),
  archived: z.boolean().default(true),
});
export type ArchiveProject = z.infer<typeof archiveProjectInput>;
export const deleteProjectInput = z.strictObject({ id, version: version.optional() });
export type DeleteProject = z.infer<typeof deleteProjectInput>;
export const deletedProject = z.object({ id });
