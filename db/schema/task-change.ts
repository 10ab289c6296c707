import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, xid8 } from "@/db/schema/columns";
import { organization, user } from "@/db/schema/identity";

/**
 * What happened to tasks in the last hour, for streams. Written by a trigger, in the transaction of the change; read in
 * the order (xid, id), as far as every transaction has ended.
 */
export const taskChange = pgTable(
  "task_change",
  {
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => organization.id, { onDelete: "cascade" }),
    /** Whose the task is. */
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    xid: xid8("xid").notNull().default(sql`pg_current_xact_id()`),
    id: uuid("id").notNull(),
    taskId: uuid("task_id").notNull(),
    kind: text("kind", { enum: ["created", "updated", "deleted"] }).notNull(),
    /** Null when what went away was not the task's own: its project, or the member it was assigned to. */
    version: integer("version"),
    at: instant("at").notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ name: "task_change_order", columns: [table.workspaceId, table.xid, table.id] }),
    index("task_change_age").on(table.at),
    check("task_change_kind_known", sql`${table.kind} in ('created', 'updated', 'deleted')`),
  ],
);
