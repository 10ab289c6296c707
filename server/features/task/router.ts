import {
  assignTask,
  deleteTask,
  getTask,
  listTasks,
  moveTask,
  taskChanges,
  updateTask,
} from "@/server/features/task/queries";
import {
  assignTaskInput,
  createTaskInput,
  deletedTask,
  deleteTaskInput,
  listTasksInput,
  moveTaskInput,
  task,
  taskChange,
  taskChangesInput,
  taskInput,
  taskPage,
  updateTaskInput,
} from "@/server/features/task/schema";
import { createTask } from "@/server/features/task/service";
import { streamOf } from "@/server/guard/follow";
import { protectedProcedure, router } from "@/server/guard/procedures";

export const taskRouter = router({
  list: protectedProcedure({ permission: "task:read", limit: "read" })
    .input(listTasksInput)
    .output(taskPage)
    .query(({ ctx, input }) => listTasks(ctx.scope, input)),

  get: protectedProcedure({ permission: "task:read", limit: "read" })
    .input(taskInput)
    .output(task)
    .query(({ ctx, input }) => getTask(ctx.scope, input)),

  create: protectedProcedure({ permission: "task:create", limit: "write", audit: "task.create" })
    .input(createTaskInput)
    .output(task)
    .mutation(({ ctx, input }) => createTask(ctx.scope, input)),

  update: protectedProcedure({ permission: "task:update", limit: "write", audit: "task.update" })
    .input(updateTaskInput)
    .output(task)
    .mutation(({ ctx, input }) => updateTask(ctx.scope, input)),

  move: protectedProcedure({ permission: "task:update", limit: "write", audit: "task.move" })
    .input(moveTaskInput)
    .output(task)
    .mutation(({ ctx, input }) => moveTask(ctx.scope, input)),

  assign: protectedProcedure({ permission: "task:update", limit: "write", audit: "task.assign" })
    .input(assignTaskInput)
    .output(task)
    .mutation(({ ctx, input }) => assignTask(ctx.scope, input)),

  delete: protectedProcedure({ permission: "task:delete", limit: "write", audit: "task.delete" })
    .input(deleteTaskInput)
    .output(deletedTask)
    .mutation(({ ctx, input }) => deleteTask(ctx.scope, input)),

  changes: protectedProcedure({ permission: "task:read", limit: "read", workspace: "input.workspaceId" })
    .input(taskChangesInput)
    .output(streamOf(taskChange))
    .subscription(({ ctx, input }) => ctx.follow(taskChanges, input.lastEventId)),
});
