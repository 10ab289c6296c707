import { sql } from "drizzle-orm";
import { type AnyPgColumn, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "@/db/schema/columns";
import { session } from "@/db/schema/identity";

/**
 * Refresh tokens of API clients, digests only. A family begins with a sign-in and ends with its session; of one family
 * one token is unused.
 */
export const refreshToken = pgTable(
  "refresh_token",
  {
    id: uuid("id").primaryKey(),
    digest: text("digest").notNull().unique(),
    familyId: uuid("family_id").notNull(),
    sessionId: uuid("session_id")
      .notNull()
      .references(() => session.id, { onDelete: "cascade" }),
    /** The token that it replaced; null for the first. */
    parentId: uuid("parent_id").references((): AnyPgColumn => refreshToken.id, { onDelete: "set null" }),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    /** Unused until then, it is over. */
    expiresAt: instant("expires_at").notNull(),
    /** The family is over then, however often it was refreshed. */
    endsAt: instant("ends_at").notNull(),
    usedAt: instant("used_at"),
    /** Who used it: a keyed digest of address prefix and user agent. */
    usedBy: text("used_by"),
    successorDigest: text("successor_digest"),
  },
  (table) => [
    index("refresh_token_session").on(table.sessionId),
    index("refresh_token_parent").on(table.parentId),
    index("refresh_token_expires").on(table.expiresAt),
  ],
);
