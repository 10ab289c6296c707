import { z } from "zod";
import { eventId, id, instant, line, lines, page, pageOf, version } from "@/server/guard/input";

export const taskStatus = z.enum(["todo", "in_progress", "done"]);
export type TaskStatus = z.infer<typeof taskStatus>;
export const taskPriority = z.enum(["low", "normal", "high", "urgent"]);
export type TaskPriority = z.infer<typeof taskPriority>;
/** Place of a task within its column on the board: a fractional index, compared byte by byte. */
const position = z.string().regex(/^[A-Za-z0-9]{1,128}$/);

export const task = z.object({
  id,
  ownerId: id,
  projectId: id.nullable(),
  assigneeId: id.nullable(),
  title: z.string(),
  description: z.string(),
  status: taskStatus,
  priority: taskPriority,
  dueAt: z.string().nullable(),
  position: z.string(),
  version: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Task = z.infer<typeof task>;
export const taskPage = pageOf(task);

export const listTasksInput = z
  .strictObject({
    ...page,
    projectId: id.optional(),
    status: taskStatus.optional(),
    priority: taskPriority.optional(),
    assigneeId: id.optional(),
    dueBefore: instant.optional(),
    dueAfter: instant.optional(),
    search: line(200).optional(),
  })
  .prefault({});
export type ListTasks = z.infer<typeof listTasksInput>;

export const taskInput = z.strictObject({ id });
export type TaskRef = z.infer<typeof taskInput>;
export const createTaskInput = z.strictObject({
  title: line(200),
  description: lines(10_000).default(""),
  projectId: id.nullable().default(null),
  status: taskStatus.default("todo"),
  priority: taskPriority.default("normal"),
  dueAt: instant.nullable().default(null),
  assigneeId: id.nullable().default(null),
});
export type CreateTask = z.infer<typeof createTaskInput>;
export const updateTaskInput = z.strictObject({
  id,
  version: version.optional(),
  title: line(200).optional(),
  description: lines(10_000).optional(),
  status: taskStatus.optional(),
  priority: taskPriority.optional(),
  dueAt: instant.nullable().optional(),
});
export type UpdateTask = z.infer<typeof updateTaskInput>;
/** To another project (null: none), another column, another place; what is left out stays. */
export const moveTaskInput = z.strictObject({
  id,
  version: version.optional(),
  projectId: id.nullable().optional(),
  status: taskStatus.optional(),
  position: position.optional(),
});
export type MoveTask = z.infer<typeof moveTaskInput>;
export const assignTaskInput = z.strictObject({ id, version: version.optional(), assigneeId: id.nullable() });
export type AssignTask = z.infer<typeof assignTaskInput>;
export const deleteTaskInput = z.strictObject({ id, version: version.optional() });
export type DeleteTask = z.infer<typeof deleteTaskInput>;
export const deletedTask = z.object({ id });

export const taskChangesInput = z.strictObject({
  workspaceId: id,
  /** The event after which to go on. A browser's EventSource sends it by itself, as Last-Event-ID. */
  lastEventId: eventId.optional(),
});
export const taskChange = z.discriminatedUnion("kind", [
  /** Nobody can say what was missed: read everything again. The first event, and after too long an absence. */
  z.object({ kind: z.literal("reset") }),
  z.object({
    kind: z.enum(["created", "updated", "deleted"]),
    id,
    /** Of the task after the change; null when something that it referred to went away. */
    version: z.number().nullable(),
  }),
]);
export type TaskChange = z.infer<typeof taskChange>;
