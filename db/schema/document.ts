import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, keyColumn, tenantColumns, versionColumns } from "@/db/schema/columns";

export const document = pgTable(
  "document",
  {
    id: keyColumn(),
    ...tenantColumns(),
    projectId: uuid("project_id"),
    title: text("title").notNull(),
    body: text("body").notNull().default(""),
    ...versionColumns(),
  },
  (table) => [
    primaryKey({ name: "document_key", columns: [table.workspaceId, table.id] }),
    index("document_project").on(table.workspaceId, table.projectId, table.id),
    check("document_title_length", sql`char_length(${table.title}) between 1 and 200`),
    check("document_body_length", sql`char_length(${table.body}) <= 200000`),
  ],
);

/** One row for every text a document ever had, its present one included; never updated. */
export const documentVersion = pgTable(
  "document_version",
  {
    ...tenantColumns(),
    documentId: uuid("document_id").notNull(),
    version: integer("version").notNull(),
    authorId: uuid("author_id").notNull(),
    title: text("title").notNull(),
    body: text("body").notNull(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({
      name: "document_version_key",
      columns: [table.workspaceId, table.documentId, table.version],
    }),
  ],
);
