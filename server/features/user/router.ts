import { claimFirstAdmin } from "@/server/features/user/queries";
import { claimFirstAdminInput, firstAdmin } from "@/server/features/user/schema";
import { protectedProcedure, router } from "@/server/guard/procedures";

export const userRouter = router({
  claimFirstAdmin: protectedProcedure({
    permission: "user:claimFirstAdmin",
    limit: "sensitive",
    audit: "user.claimFirstAdmin",
    callers: ["session"],
  })
    .input(claimFirstAdminInput)
    .output(firstAdmin)
    .mutation(({ ctx, input }) => claimFirstAdmin(ctx.scope, input)),
});
