import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, keyColumn, tenantColumns, versionColumns } from "@/db/schema/columns";

/**
 * The references to project and member are composite, with ON DELETE SET NULL of one column, which Drizzle
 * can not express: they are in drizzle/0001_walls.sql.
 */
export const task = pgTable(
  "task",
  {
    id: keyColumn(),
    ...tenantColumns(),
    projectId: uuid("project_id"),
    assigneeId: uuid("assignee_id"),
    title: text("title").notNull(),
    description: text("description").notNull().default(""),
    status: text("status", { enum: ["todo", "in_progress", "done"] })
      .notNull()
      .default("todo"),
    priority: text("priority", { enum: ["low", "normal", "high", "urgent"] })
      .notNull()
      .default("normal"),
    dueAt: instant("due_at"),
    position: text("position").notNull().default("a0"),
    ...versionColumns(),
  },
  (table) => [
    primaryKey({ name: "task_key", columns: [table.workspaceId, table.id] }),
    // With all that counting a project's tasks asks for, the second wall's owner included: no row is looked at.
    index("task_project").on(table.workspaceId, table.projectId, table.id, table.status, table.ownerId),
    index("task_assignee").on(table.workspaceId, table.assigneeId, table.id),
    index("task_status").on(table.workspaceId, table.status, table.id),
    index("task_priority").on(table.workspaceId, table.priority, table.id),
    index("task_due").on(table.workspaceId, table.dueAt),
    check("task_title_length", sql`char_length(${table.title}) between 1 and 200`),
    check("task_description_length", sql`char_length(${table.description}) <= 10000`),
    check("task_status_known", sql`${table.status} in ('todo', 'in_progress', 'done')`),
    check("task_priority_known", sql`${table.priority} in ('low', 'normal', 'high', 'urgent')`),
    check("task_position_form", sql`${table.position} ~ '^[A-Za-z0-9]{1,128}$'`),
  ],
);
