import { z } from "zod";
import { id } from "@/server/guard/input";

/** The secret of the first-admin link. */
export const claimFirstAdminInput = z.strictObject({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
export type ClaimFirstAdmin = z.infer<typeof claimFirstAdminInput>;
export const firstAdmin = z.object({ id });
