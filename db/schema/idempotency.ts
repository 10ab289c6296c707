import { sql } from "drizzle-orm";
import { check, index, json, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "@/db/schema/columns";
import { organization, user } from "@/db/schema/identity";

/**
 * What a mutation answered under the caller's idempotency key; ends with its workspace, with its caller, or after 24
 * hours. `json`, not `jsonb`: that would sort the keys, and a repeat gives the same body to the byte.
 */
export const idempotencyRecord = pgTable(
  "idempotency_record",
  {
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => organization.id, { onDelete: "cascade" }),
    /** The caller, whoever owns the row that was changed. */
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    key: text("key").notNull(),
    procedure: text("procedure").notNull(),
    /** SHA-256 over procedure and input. */
    fingerprint: text("fingerprint").notNull(),
    /** How far the caller's grant went then: nobody is shown again what it no longer reaches. */
    reach: text("reach", { enum: ["own", "any"] }).notNull(),
    resourceId: uuid("resource_id"),
    /** Null when the answer held a secret. */
    answer: json("answer").$type<{ data: unknown }>(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ name: "idempotency_record_key", columns: [table.workspaceId, table.ownerId, table.key] }),
    index("idempotency_record_age").on(table.createdAt),
    check("idempotency_record_key_form", sql`${table.key} ~ '^[!-~]{1,255}$'`),
  ],
);
