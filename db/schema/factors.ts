import { index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "@/db/schema/columns";
import { user } from "@/db/schema/identity";

const owner = () =>
  uuid("user_id")
    .notNull()
    .references(() => user.id, { onDelete: "cascade" });

/** The authenticator app of a person (RFC 6238): counts once a code of it has been shown. */
export const totp = pgTable("totp", {
  userId: owner().primaryKey(),
  /** Encrypted under the application's secret. */
  secret: text("secret").notNull(),
  confirmedAt: instant("confirmed_at"),
  /** The 30 second step of the last code that was taken: no code of it or of an earlier one is taken again. */
  lastStep: integer("last_step"),
});

/** Recovery codes, each good once. They are random enough that their plain digest gives nothing away. */
export const recoveryCode = pgTable(
  "recovery_code",
  { digest: text("digest").primaryKey(), userId: owner(), usedAt: instant("used_at") },
  (table) => [index("recovery_code_user_id").on(table.userId)],
);

/** Sign-ins that have shown the first factor and wait for the second. No session comes before it. */
export const secondStep = pgTable(
  "second_step",
  {
    /** Of the token in the waiting browser's cookie. */
    digest: text("digest").primaryKey(),
    userId: owner(),
    attempts: integer("attempts").notNull().default(0),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    index("second_step_user_id").on(table.userId),
    index("second_step_expires_at").on(table.expiresAt),
  ],
);
