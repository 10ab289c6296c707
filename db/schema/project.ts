import { sql } from "drizzle-orm";
import { check, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, keyColumn, tenantColumns, versionColumns } from "@/db/schema/columns";

export const project = pgTable(
  "project",
  {
    id: keyColumn(),
    ...tenantColumns(),
    name: text("name").notNull(),
    description: text("description").notNull().default(""),
    archivedAt: instant("archived_at"),
    ...versionColumns(),
  },
  (table) => [
    primaryKey({ name: "project_key", columns: [table.workspaceId, table.id] }),
    check("project_name_length", sql`char_length(${table.name}) between 1 and 120`),
    check("project_description_length", sql`char_length(${table.description}) <= 10000`),
  ],
);
