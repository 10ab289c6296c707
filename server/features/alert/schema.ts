import { z } from "zod";
import { id, page, pageOf } from "@/server/guard/input";

const alertRule = z.enum([
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
]);

export const alert = z.object({
  id,
  at: z.string(),
  rule: alertRule,
  severity: z.enum(["warning", "critical"]),
  subjectKind: z.enum(["user", "account", "address", "key", "house"]),
  /** A person's or a key's id, or a digest under the house's secret. */
  subjectId: z.string().nullable(),
  workspaceId: id.nullable(),
  count: z.number(),
  firstAt: z.string(),
  lastAt: z.string(),
  acknowledgedAt: z.string().nullable(),
  acknowledgedBy: id.nullable(),
  resolvedAt: z.string().nullable(),
  resolvedBy: id.nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Alert = z.infer<typeof alert>;
export const alertPage = pageOf(alert);

/** All of them, or those that nobody has resolved. */
export const listAlertsInput = z
  .strictObject({ ...page, unresolved: z.boolean().default(false) })
  .prefault({});
export type ListAlerts = z.infer<typeof listAlertsInput>;

export const settleAlertInput = z.strictObject({ id });
export type SettleAlert = z.infer<typeof settleAlertInput>;
