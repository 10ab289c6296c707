import { sql } from "drizzle-orm";
import { check, pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { instant, keyColumn, tenantColumns } from "@/db/schema/columns";

/** A program that works for a workspace, by keys of its own or by a client certificate. `ownerId` is who made it. */
export const serviceAccount = pgTable(
  "service_account",
  {
    id: keyColumn(),
    ...tenantColumns(),
    name: text("name").notNull(),
    /** What it may do at most, as `{"securityEvent":["pull"]}`: its keys hold part of it, its certificate all. */
    permissions: text("permissions").notNull().default("{}"),
    /** SHA-256 of its client certificate, 64 lower-case hexadecimal digits. */
    certificate: text("certificate"),
    createdAt: instant("created_at").notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ name: "service_account_key", columns: [table.workspaceId, table.id] }),
    // The same certificate may serve several workspaces.
    unique("service_account_certificate").on(table.workspaceId, table.certificate),
    check("service_account_certificate_form", sql`${table.certificate} ~ '^[0-9a-f]{64}$'`),
  ],
);
