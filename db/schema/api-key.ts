import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import { v7 } from "uuid";
import { organization, user } from "@/db/schema/identity";

const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Better Auth asks for a default of whatever it does not write; a key without workspace and owner is never made. */
const notByBetterAuth = (): string => {
  throw new Error("keys are made by apiKey.create alone");
};

/**
 * A key of a person, or of a service account in `db/schema/service-account.ts`, in one workspace. `key` is the SHA-256 of
 * the key, `permissions` its scopes as `{"task":["read"]}`, `lastRequest` when it was last used.
 */
export const apikey = pgTable(
  "apikey",
  {
    id: uuid("id")
      .notNull()
      .$defaultFn(() => v7()),
    configId: text("config_id").notNull().default("default"),
    name: text("name").notNull(),
    start: text("start"),
    referenceId: uuid("reference_id").notNull(),
    prefix: text("prefix"),
    key: text("key").notNull(),
    refillInterval: integer("refill_interval"),
    refillAmount: integer("refill_amount"),
    lastRefillAt: time("last_refill_at"),
    enabled: boolean("enabled").notNull().default(true),
    rateLimitEnabled: boolean("rate_limit_enabled").notNull().default(false),
    rateLimitTimeWindow: integer("rate_limit_time_window"),
    rateLimitMax: integer("rate_limit_max"),
    requestCount: integer("request_count").notNull().default(0),
    remaining: integer("remaining"),
    lastRequest: time("last_request"),
    expiresAt: time("expires_at").notNull(),
    createdAt: time("created_at").notNull().defaultNow(),
    updatedAt: time("updated_at").notNull().defaultNow(),
    permissions: text("permissions").notNull().default("{}"),
    metadata: text("metadata"),
    // Ours: Better Auth neither reads nor writes them.
    workspaceId: uuid("workspace_id")
      .notNull()
      .$defaultFn(notByBetterAuth)
      .references(() => organization.id, { onDelete: "cascade" }),
    /** Whose it is; of a service account's key, who made it. */
    ownerId: uuid("owner_id")
      .notNull()
      .$defaultFn(notByBetterAuth)
      .references(() => user.id, { onDelete: "cascade" }),
    serviceAccountId: uuid("service_account_id"),
    revokedAt: time("revoked_at"),
    /** The key that took its place. */
    rotatedTo: uuid("rotated_to"),
    /** Prefixes of the addresses that it was used from. */
    networks: jsonb("networks").$type<string[]>().notNull().default([]),
  },
  (table) => [
    primaryKey({ name: "apikey_key", columns: [table.workspaceId, table.id] }),
    index("apikey_digest").on(table.key),
    index("apikey_owner").on(table.workspaceId, table.ownerId),
    index("apikey_service_account").on(table.workspaceId, table.serviceAccountId),
    check(
      "apikey_expires_within_a_year",
      sql`${table.expiresAt} >= ${table.createdAt} and ${table.expiresAt} <= ${table.createdAt} + interval '366 days'`,
    ),
    check("apikey_is_a_digest", sql`${table.key} ~ '^[A-Za-z0-9_-]{43}$'`),
    check(
      "apikey_is_of_one",
      sql`${table.referenceId} = coalesce(${table.serviceAccountId}, ${table.ownerId})`,
    ),
    check("apikey_revoked_is_off", sql`${table.revokedAt} is null or not ${table.enabled}`),
  ],
);
