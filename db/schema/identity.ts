import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  unique,
  uniqueIndex,
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
    // Written by our plugin in server/identity/factors: null where one factor began the session.
    secondFactorAt: time("second_factor_at"),
    // Ours: Better Auth neither reads nor writes them. Who signs in has just proven to be there.
    provenAt: time("proven_at").defaultNow(),
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

/** Keys that sign access tokens; private halves are encrypted. */
export const jwks = pgTable("jwks", {
  id: id(),
  publicKey: text("public_key").notNull(),
  privateKey: text("private_key").notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
  expiresAt: time("expires_at"),
  alg: text("alg"),
  crv: text("crv"),
  // Ours: a key is published before it signs.
  signsFrom: time("signs_from").notNull().defaultNow(),
});

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
  // Ours: people come in with a second factor only.
  requireSecondFactor: boolean("require_second_factor").notNull().default(false),
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

/** `tokenDigest` is the SHA-256 of the secret in the link, which is kept nowhere; `settledAt` says when it was answered. */
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
    tokenDigest: text("token_digest").notNull().unique(),
    settledAt: time("settled_at"),
  },
  (table) => [
    index("invitation_organization_id").on(table.organizationId),
    index("invitation_email").on(table.email),
    uniqueIndex("invitation_pending_once")
      .on(table.organizationId, table.email)
      .where(sql`${table.status} = 'pending'`),
    check("invitation_role_known", sql`${table.role} in ('viewer', 'member', 'admin', 'owner')`),
    check("invitation_status_known", sql`${table.status} in ('pending', 'accepted', 'declined', 'revoked')`),
    check("invitation_settled", sql`(${table.status} = 'pending') = (${table.settledAt} is null)`),
    check(
      "invitation_email_form",
      sql`${table.email} = lower(${table.email}) and char_length(${table.email}) <= 254`,
    ),
    check("invitation_digest_form", sql`${table.tokenDigest} ~ '^[A-Za-z0-9_-]{43}$'`),
    check("invitation_is_short", sql`${table.expiresAt} <= ${table.createdAt} + interval '7 days'`),
  ],
);

export const passkey = pgTable(
  "passkey",
  {
    id: id(),
    name: text("name"),
    publicKey: text("public_key").notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    credentialID: text("credential_id").notNull().unique(),
    counter: integer("counter").notNull(),
    deviceType: text("device_type").notNull(),
    backedUp: boolean("backed_up").notNull(),
    transports: text("transports"),
    createdAt: time("created_at").defaultNow(),
    aaguid: text("aaguid"),
  },
  (table) => [index("passkey_user_id").on(table.userId)],
);
