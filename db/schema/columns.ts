import { sql } from "drizzle-orm";
import { customType, integer, uuid } from "drizzle-orm/pg-core";
import { v7 } from "uuid";
import { organization, user } from "@/db/schema/identity";

/** `timestamptz` that reads and writes ISO 8601 strings in UTC, so that no layer above converts dates. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => "timestamp with time zone",
  fromDriver: (value) => new Date(value).toISOString(),
});

/** 64-bit transaction id; compared in the database only, so text is enough here. */
export const xid8 = customType<{ data: string }>({ dataType: () => "xid8" });

/** Time-ordered primary key (RFC 9562, version 7): newest first is `order by id desc`. */
export const newId = () => v7();

/**
 * The key of a tenant row inside its workspace. The primary key is (workspace_id, id), which is also what composite
 * foreign keys point at: a reference can not leave its workspace.
 */
export const keyColumn = () => uuid("id").notNull().$defaultFn(newId);

/** What every tenant row carries: both walls compare these two columns. */
export function tenantColumns() {
  return {
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => organization.id, { onDelete: "cascade" }),
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => user.id),
  };
}

/** Optimistic concurrency: every update adds one; a caller may name the version it read. */
export function versionColumns() {
  return {
    version: integer("version").notNull().default(1),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    updatedAt: instant("updated_at").notNull().default(sql`now()`),
  };
}
