import { getProfile, updateProfile } from "@/server/features/profile/queries";
import { profile, updateProfileInput } from "@/server/features/profile/schema";
import { noInput } from "@/server/guard/input";
import { protectedProcedure, router } from "@/server/guard/procedures";

export const profileRouter = router({
  get: protectedProcedure({ permission: "profile:read", limit: "read" })
    .input(noInput)
    .output(profile)
    .query(({ ctx }) => getProfile(ctx.scope)),

  update: protectedProcedure({ permission: "profile:update", limit: "write", audit: "profile.update" })
    .input(updateProfileInput)
    .output(profile)
    .mutation(({ ctx, input }) => updateProfile(ctx.scope, input)),
});
