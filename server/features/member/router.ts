import { listMembers } from "@/server/features/member/queries";
import { listMembersInput, memberPage } from "@/server/features/member/schema";
import { protectedProcedure, router } from "@/server/guard/procedures";

export const memberRouter = router({
  list: protectedProcedure({ permission: "member:read", limit: "read" })
    .input(listMembersInput)
    .output(memberPage)
    .query(({ ctx, input }) => listMembers(ctx.scope, input)),
});
