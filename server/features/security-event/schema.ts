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
  outcome: z.enum(["success", "denied", "failure"]),
  reason: z.string().nullable(),
  requestId: z.string().nullable(),
  addressPrefix: z.string().nullable(),
  count: z.number(),
});
export type SecurityEvent = z.infer<typeof securityEvent>;
/** What a person sees of their own events. */
export const ownSecurityEventPage = pageOf(securityEvent);

/** Of text that people wrote only its length is known. */
const fact = z.union([z.string(), z.number(), z.boolean(), z.null(), z.object({ length: z.number() })]);
const facts = z.record(z.string(), fact).nullable();
export const detailedEvent = securityEvent.extend({
  /** Names of the fields that changed. */
  changes: z.array(z.string()),
  /** Null where there is none, or none any more. */
  detail: z.object({ before: facts, after: facts }).nullable(),
});
export type DetailedEvent = z.infer<typeof detailedEvent>;
export const securityEventPage = pageOf(detailedEvent);

export const listSecurityEventsInput = z.strictObject(page).prefault({});
export type ListSecurityEvents = z.infer<typeof listSecurityEventsInput>;
