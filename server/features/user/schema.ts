import { z } from "zod";
import { id, instant, line, page, pageOf } from "@/server/guard/input";

/** The secret of the first-admin link. */
export const claimFirstAdminInput = z.strictObject({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
export type ClaimFirstAdmin = z.infer<typeof claimFirstAdminInput>;
export const firstAdmin = z.object({ id });

const platformRole = z.enum(["user", "auditor", "admin"]);

/** A person as platform admins see them. */
export const account = z.object({
  id,
  name: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  role: platformRole,
  /** Now: a ban that is over is none. */
  banned: z.boolean(),
  banReason: z.string().nullable(),
  bannedUntil: z.string().nullable(),
  createdAt: z.string(),
});
export type Account = z.infer<typeof account>;
export const accountPage = pageOf(account);

export const listAccountsInput = z.strictObject({ ...page, search: line(100).optional() }).prefault({});
export type ListAccounts = z.infer<typeof listAccountsInput>;
export const accountInput = z.strictObject({ id });
export const setPlatformRoleInput = z.strictObject({ id, role: platformRole });
export type SetPlatformRole = z.infer<typeof setPlatformRoleInput>;
/** Without `until` it lasts until somebody lifts it. */
export const banInput = z.strictObject({ id, reason: line(200), until: instant.optional() });
export type Ban = z.infer<typeof banInput>;
export const changedAccount = z.object({ id, role: platformRole, banned: z.boolean() });
export type ChangedAccount = z.infer<typeof changedAccount>;
export const endedSessions = z.object({ id, ended: z.number().int() });
