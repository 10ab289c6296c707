import {
  leaveWorkspace,
  listMembers,
  removeMember,
  setRole,
  transferOwnership,
} from "@/server/features/member/queries";
import {
  endedMembership,
  invited,
  inviteMemberInput,
  listMembersInput,
  memberInput,
  memberPage,
  setRoleInput,
  standing,
} from "@/server/features/member/schema";
import { inviteMember } from "@/server/features/member/service";
import { noInput } from "@/server/guard/input";
import { protectedProcedure, router } from "@/server/guard/procedures";

export const memberRouter = router({
  list: protectedProcedure({ permission: "member:read", limit: "read" })
    .input(listMembersInput)
    .output(memberPage)
    .query(({ ctx, input }) => listMembers(ctx.scope, input)),

  invite: protectedProcedure({
    permission: "invitation:create",
    limit: "sensitive",
    // Letters go to people who did not ask for them: many admins send no more than a few together.
    workspaceBudget: 3,
    audit: "member.invite",
  })
    .input(inviteMemberInput)
    .output(invited)
    .mutation(({ ctx, input }) => inviteMember(ctx, input)),

  setRole: protectedProcedure({ permission: "member:update", limit: "sensitive", audit: "member.setRole" })
    .input(setRoleInput)
    .output(standing)
    .mutation(({ ctx, input }) => setRole(ctx.scope, input)),

  remove: protectedProcedure({ permission: "member:delete", limit: "sensitive", audit: "member.remove" })
    .input(memberInput)
    .output(endedMembership)
    .mutation(({ ctx, input }) => removeMember(ctx.scope, input.id)),

  leave: protectedProcedure({ permission: "member:leave", limit: "sensitive", audit: "member.leave" })
    .input(noInput)
    .output(endedMembership)
    .mutation(({ ctx }) => leaveWorkspace(ctx.scope)),

  transferOwnership: protectedProcedure({
    permission: "member:transfer",
    limit: "sensitive",
    audit: "member.transferOwnership",
    fresh: true,
    callers: ["session", "token"],
  })
    .input(memberInput)
    .output(standing)
    .mutation(({ ctx, input }) => transferOwnership(ctx.scope, input.id)),
});
