import { z } from "zod";
import { id, page, pageOf } from "@/server/guard/input";

/** A device on which the caller is signed in. */
export const session = z.object({
  id,
  /** Such as "Firefox on Linux": what the browser says of itself, which anybody can make up. */
  device: z.string(),
  /** The network that the sign-in came from; never the address. */
  addressPrefix: z.string().nullable(),
  createdAt: z.string(),
  lastSeenAt: z.string(),
  expiresAt: z.string(),
  secondFactor: z.boolean(),
  /** It is the one that asks. */
  current: z.boolean(),
});
export type Session = z.infer<typeof session>;
export const sessionPage = pageOf(session);

export const listSessionsInput = z.strictObject(page).prefault({});
export type ListSessions = z.infer<typeof listSessionsInput>;

export const revokeSessionInput = z.strictObject({ id });
export type RevokeSession = z.infer<typeof revokeSessionInput>;
export const revokedSession = z.object({ id });

export const revokedSessions = z.object({ revoked: z.number().int() });
