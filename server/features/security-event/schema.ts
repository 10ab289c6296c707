import { z } from "zod";
import { eventId, id, instant, page, pageOf } from "@/server/guard/input";

export const securityEvent = z.object({
  id,
  at: z.string(),
  workspaceId: id.nullable(),
  actorKind: z.enum(["user", "key", "service", "system", "anonymous"]),
  actorId: id.nullable(),
  /** The key by which the actor called. */
  keyId: id.nullable(),
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

/** Events after a `cursor`, oldest first. */
export const pullSecurityEventsInput = z
  .strictObject({ cursor: eventId.optional(), limit: z.number().int().min(1).max(1_000).default(100) })
  .prefault({});
export type PullSecurityEvents = z.infer<typeof pullSecurityEventsInput>;
/** `nextCursor` is where to go on, now or later; null while there is nothing yet. */
export const pulledSecurityEvents = z.object({
  items: z.array(securityEvent),
  nextCursor: z.string().nullable(),
  more: z.boolean(),
});
export type PulledSecurityEvents = z.infer<typeof pulledSecurityEvents>;

/** Events from `after` until before `before`, newest first. */
export const exportSecurityEventsInput = z.strictObject({
  format: z.enum(["csv", "jsonl"]),
  after: instant.optional(),
  before: instant.optional(),
  cursor: page.cursor,
  limit: z.number().int().min(1).max(2_000).default(1_000),
});
export type ExportSecurityEvents = z.infer<typeof exportSecurityEventsInput>;
/** Each answer stands alone: a CSV begins with the names of its columns. */
export const securityEventExport = z.object({
  content: z.string(),
  rows: z.number(),
  nextCursor: z.string().nullable(),
});
export type SecurityEventExport = z.infer<typeof securityEventExport>;

/** The number of a seal; `next` of an earlier answer. */
export const verifyTrailInput = z
  .strictObject({ from: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).default(1) })
  .prefault({});
export type VerifyTrail = z.infer<typeof verifyTrailInput>;
export const trailVerdict = z.object({
  whole: z.boolean(),
  /** Of the part that was looked at. */
  rows: z.number(),
  seals: z.number(),
  /** Rows that no seal covers yet; null while there is more to look at. */
  unsealed: z.number().nullable(),
  /** What retention has dropped of that part. */
  retained: z.object({ rows: z.number(), seals: z.number(), until: z.string() }).nullable(),
  /** Where to go on; null at the end, and at a fault. */
  next: z.number().nullable(),
  fault: z
    .object({
      what: z.enum(["row", "detail", "seal"]),
      how: z.string(),
      seal: z.number(),
      id: id.nullable(),
      line: z.string(),
    })
    .nullable(),
});
export type TrailVerdict = z.infer<typeof trailVerdict>;
