import { z } from "zod";
import { id, line } from "@/server/guard/input";

export const profile = z.object({ id, name: z.string(), email: z.string(), createdAt: z.string() });
export type Profile = z.infer<typeof profile>;

export const updateProfileInput = z.strictObject({ name: line(100) });
export type UpdateProfile = z.infer<typeof updateProfileInput>;
