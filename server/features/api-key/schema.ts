import { z } from "zod";
import { id, line, page, pageOf } from "@/server/guard/input";
import type { Permission } from "@/server/guard/permissions";

/**
 * What a key can be given. A key works in one workspace: what reaches beyond it is not here, nor is what makes keys, gives
 * rights, or ends a workspace.
 */
export const PERSON_SCOPES = [
  "me:read",
  "workspace:read",
  "member:read",
  "project:read",
  "project:create",
  "project:update",
  "project:delete",
  "task:read",
  "task:create",
  "task:update",
  "task:delete",
  "document:read",
  "document:create",
  "document:update",
  "document:delete",
] as const satisfies readonly Permission[];

/** What a service account can be given, and its keys with it. */
export const SERVICE_SCOPES = ["securityEvent:pull"] as const satisfies readonly Permission[];

export const apiKey = z.object({
  id,
  name: z.string(),
  /** How it begins; the key itself was shown once. */
  start: z.string(),
  scopes: z.array(z.string()),
  /** Whose it is; of a service account's key, who made it. */
  ownerId: id,
  serviceAccountId: id.nullable(),
  createdAt: z.string(),
  expiresAt: z.string(),
  /** To the minute. */
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
  /** The key that took its place. */
  rotatedTo: id.nullable(),
});
export type ApiKey = z.infer<typeof apiKey>;
export const apiKeyPage = pageOf(apiKey);
/** The only answer that ever holds the key. */
export const madeApiKey = apiKey.extend({ key: z.string() });
export type MadeApiKey = z.infer<typeof madeApiKey>;

export const listApiKeysInput = z.strictObject(page).prefault({});
export type ListApiKeys = z.infer<typeof listApiKeysInput>;

const days = z.number().int().min(1).max(365);

export const createApiKeyInput = z.strictObject({
  name: line(80),
  /** None unless named: a new key may do nothing. */
  scopes: z
    .array(z.enum([...PERSON_SCOPES, ...SERVICE_SCOPES]))
    .max(PERSON_SCOPES.length + SERVICE_SCOPES.length)
    .default([]),
  expiresInDays: days,
  /** For a service account of the workspace; else for oneself. */
  serviceAccountId: id.optional(),
});
export type CreateApiKey = z.infer<typeof createApiKeyInput>;

/** The old key goes on for the overlap; the new one has its name and scopes. */
export const rotateApiKeyInput = z.strictObject({
  id,
  overlapHours: z.number().int().min(0).max(168).default(24),
  expiresInDays: days.default(90),
});
export type RotateApiKey = z.infer<typeof rotateApiKeyInput>;
export const apiKeyInput = z.strictObject({ id });
