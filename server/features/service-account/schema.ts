import { z } from "zod";
import { SERVICE_SCOPES } from "@/server/features/api-key/schema";
import { id, line, page, pageOf } from "@/server/guard/input";

export const serviceAccount = z.object({
  id,
  name: z.string(),
  scopes: z.array(z.string()),
  /** SHA-256 of its client certificate, hexadecimal. */
  certificate: z.string().nullable(),
  createdAt: z.string(),
});
export type ServiceAccount = z.infer<typeof serviceAccount>;
export const serviceAccountPage = pageOf(serviceAccount);

export const listServiceAccountsInput = z.strictObject(page).prefault({});
export type ListServiceAccounts = z.infer<typeof listServiceAccountsInput>;

export const createServiceAccountInput = z.strictObject({
  name: line(80),
  /** What it may do at most: its keys hold part of it, its certificate all. None unless named. */
  scopes: z.array(z.enum(SERVICE_SCOPES)).max(SERVICE_SCOPES.length).default([]),
  certificate: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, "Use the SHA-256 fingerprint: 64 hexadecimal digits.")
    .toLowerCase()
    .optional(),
});
export type CreateServiceAccount = z.infer<typeof createServiceAccountInput>;
export const serviceAccountInput = z.strictObject({ id });
export const deletedServiceAccount = z.object({ id });
