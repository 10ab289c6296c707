import { sql } from "drizzle-orm";
import { boolean, check, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "@/db/schema/columns";
import { user } from "@/db/schema/identity";

/** At most one row: the digest of the link that makes the first admin. */
export const firstAdminLink = pgTable(
  "first_admin_link",
  {
    singleton: boolean("singleton").primaryKey().default(true),
    digest: text("digest").notNull(),
    expiresAt: instant("expires_at").notNull(),
    usedAt: instant("used_at"),
    usedBy: uuid("used_by").references(() => user.id),
  },
  (table) => [check("first_admin_link_single", sql`${table.singleton}`)],
);
