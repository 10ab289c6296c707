import { sql } from "drizzle-orm";
import { pgTable, uuid } from "drizzle-orm/pg-core";
import { instant } from "@/db/schema/columns";

/** Alerts about which the admins were written to: whoever adds the row writes the letter. Append-only. */
export const alertLetter = pgTable("alert_letter", {
  alertId: uuid("alert_id").primaryKey(),
  at: instant("at").notNull().default(sql`clock_timestamp()`),
});
