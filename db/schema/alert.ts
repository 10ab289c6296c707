import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant, newId } from "@/db/schema/columns";

/** Each rule; `server/guard/alerts` says when it fires. */
export const ALERT_RULES = [
  "failed_sign_ins",
  "accounts_tried",
  "cross_tenant_probing",
  "platform_admin_granted",
  "key_used_from_new_network",
  "limit_store_down",
  "access_notices_lost",
  "audit_seal_lag",
  "audit_chain_broken",
  "refresh_token_reused",
] as const;

/** What somebody should look at. Written once; who acknowledged and who resolved it is added, once each. */
export const alert = pgTable(
  "alert",
  {
    id: uuid("id").primaryKey().$defaultFn(newId),
    at: instant("at").notNull().default(sql`clock_timestamp()`),
    rule: text("rule", { enum: ALERT_RULES }).notNull(),
    severity: text("severity", { enum: ["warning", "critical"] }).notNull(),
    /** Whom it is about: a person or a key by id, an account or an address by digest, or the house itself. */
    subjectKind: text("subject_kind", { enum: ["user", "account", "address", "key", "house"] }).notNull(),
    subjectId: text("subject_id"),
    workspaceId: uuid("workspace_id"),
    count: integer("count").notNull().default(1),
    firstAt: instant("first_at").notNull(),
    lastAt: instant("last_at").notNull(),
    /** Rule, subject and window: the same in every process, so that each fires once. */
    windowKey: text("window_key").notNull().unique(),
    acknowledgedAt: instant("acknowledged_at"),
    acknowledgedBy: uuid("acknowledged_by"),
    resolvedAt: instant("resolved_at"),
    resolvedBy: uuid("resolved_by"),
    /** Facts that may be read by whoever reads alerts: no address, no e-mail. */
    details: jsonb("details").$type<Record<string, string | number>>().notNull().default({}),
  },
  (table) => [
    index("alert_unresolved").on(table.id).where(sql`${table.resolvedAt} is null`),
    check("alert_severity_known", sql`${table.severity} in ('warning', 'critical')`),
    check("alert_subject_known", sql`${table.subjectKind} in ('user', 'account', 'address', 'key', 'house')`),
    check(
      "alert_acknowledged_by_somebody",
      sql`(${table.acknowledgedAt} is null) = (${table.acknowledgedBy} is null)`,
    ),
    check("alert_resolved_by_somebody", sql`(${table.resolvedAt} is null) = (${table.resolvedBy} is null)`),
  ],
);
