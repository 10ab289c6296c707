import { z } from "zod";
import { id, page, pageOf } from "@/server/guard/input";

export const securityEvent = z.object({
  id,
  at: z.string(),
  workspaceId: id.nullable(),
  actorKind: z.enum(["user", "key", "service", "system", "anonymous"]),
  actorId: id.nullable(),
  action: z.string(),
  resourceKind: z.string(),
  resourceId: id.nullable(),
  /** The way in that refused; null for what was done. */
  target: z.string().nullable(),
  outcome: z.enum(["success", "denied", "failure"]),
  reason: z.string().nullable(),
  requestId: z.string().nullable(),
  addressPrefix: z.string().nullable(),
  count: z.number(),
});
export type SecurityEvent = z.infer<typeof securityEvent>;
export const securityEventPage = pageOf(securityEvent);

export const listSecurityEventsInput = z.strictObject(page).prefault({});
export type ListSecurityEvents = z.infer<typeof listSecurityEventsInput>;
