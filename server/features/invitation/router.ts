import { listInvitations, receivedInvitations, revokeInvitation } from "@/server/features/invitation/queries";
import {
  accepted,
  answerInput,
  invitationInput,
  invitationPage,
  listInvitationsInput,
  receivedPage,
  settled,
} from "@/server/features/invitation/schema";
import { accept, decline } from "@/server/features/invitation/service";
import { protectedProcedure, router } from "@/server/guard/procedures";

export const invitationRouter = router({
  list: protectedProcedure({ permission: "invitation:read", limit: "read" })
    .input(listInvitationsInput)
    .output(invitationPage)
    .query(({ ctx, input }) => listInvitations(ctx.scope, input)),

  mine: protectedProcedure({ permission: "invitation:mine", limit: "read" })
    .input(listInvitationsInput)
    .output(receivedPage)
    .query(({ ctx, input }) => receivedInvitations(ctx.scope, input)),

  accept: protectedProcedure({
    permission: "invitation:answer",
    limit: "sensitive",
    audit: "invitation.accept",
    callers: ["session", "token"],
  })
    .input(answerInput)
    .output(accepted)
    .mutation(({ ctx, input }) => accept(ctx.scope, input)),

  decline: protectedProcedure({
    permission: "invitation:answer",
    limit: "sensitive",
    audit: "invitation.decline",
    callers: ["session", "token"],
  })
    .input(answerInput)
    .output(settled)
    .mutation(({ ctx, input }) => decline(ctx.scope, input)),

  revoke: protectedProcedure({
    permission: "invitation:delete",
    limit: "sensitive",
    audit: "invitation.revoke",
  })
    .input(invitationInput)
    .output(settled)
    .mutation(({ ctx, input }) => revokeInvitation(ctx.scope, input.id)),
});
