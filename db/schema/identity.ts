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
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { v7 } from "uuid";

/**
 * Better Auth's tables. Keys are its field names, columns are snake_case;
 * `tests/policy/auth-schema.test.ts` compares them with `getAuthTables`.
 */
const id = () =>
  uuid("id")
    .primaryKey()
    .$defaultFn(() => v7());
const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const user = pgTable("user", {
  id: id(),
  name: text("name").notNull(),
  email: text("email").notNull().unique(),
  emailVerified: boolean("email_verified").notNull().default(false),
  image: text("image"),
  createdAt: time("created_at").notNull().defaultNow(),
  updatedAt: time("updated_at").notNull().defaultNow(),
  role: text("role").default("user"),
  banned: boolean("banned").default(false),
  banReason: text("ban_reason"),
  banExpires: time("ban_expires"),
});

export const session = pgTable(
  "session",
  {
    id: id(),
    expiresAt: time("expires_at").notNull(),
    token: text("token").notNull().unique(),
    createdAt: time("created_at").notNull().defaultNow(),
    updatedAt: time("updated_at").notNull().defaultNow(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    userId: uuid("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    impersonatedBy: text("impersonated_by"),
    activeOrganizationId: text("active_organization_id"),
    // Ours: Better Auth neither reads nor writes them.
    secondFactorAt: time("second_factor_at"),
    provenAt: time("proven_at"),
    lastSeenAt: time("last_seen_at"),
  },
  (table) => [index("session_user_id").on(table.userId)],
);

export const account = pgTable(
  "account",
  {
    id: id(),
    accountId: text("account_id").notNull(),
    providerId: text("provider_id").notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: time("access_token_expires_at"),
    refreshTokenExpiresAt: time("refresh_token_expires_at"),
    scope: text("scope"),
    password: text("password"),
    createdAt: time("created_at").notNull().defaultNow(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [
    index("account_user_id").on(table.userId),
    unique("account_provider").on(table.providerId, table.accountId),
  ],
);

export const verification = pgTable(
  "verification",
  {
    id: id(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: time("expires_at").notNull(),
    createdAt: time("created_at").notNull().defaultNow(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [index("verification_identifier").on(table.identifier)],
);

/** A workspace. `personalUserId` names the one person whose personal workspace it is. */
export const organization = pgTable("organization", {
  id: id(),
  name: text("name").notNull(),
  slug: text("slug").notNull().unique(),
  logo: text("logo"),
  createdAt: time("created_at").notNull().defaultNow(),
  metadata: text("metadata"),
  personalUserId: uuid("personal_user_id")
    .unique()
    .references(() => user.id, { onDelete: "cascade" }),
});

export const member = pgTable(
  "member",
  {
    id: id(),
    organizationId: uuid("organization_id")
      .notNull()
      .references(() => organization.id, { onDelete: "cascade" }),
    userId: uuid("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    role: text("role").notNull().default("member"),
    createdAt: time("created_at").notNull().defaultNow(),
  },
  (table) => [
    unique("member_once").on(table.organizationId, table.userId),
    index("member_user_id").on(table.userId),
  ],
);

export const invitation = pgTable(
  "invitation",
  {
    id: id(),
    organizationId: uuid("organization_id")
      .notNull()
      .references(() => organization.id, { onDelete: "cascade" }),
    email: text("email").notNull(),
    role: text("role"),
    status: text("status").notNull().default("pending"),
    expiresAt: time("expires_at").notNull(),
    createdAt: time("created_at").notNull().defaultNow(),
    inviterId: uuid("inviter_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
  },
  (table) => [
    index("invitation_organization_id").on(table.organizationId),
    index("invitation_email").on(table.email),
  ],
);

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
