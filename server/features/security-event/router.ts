import { listAll, listMine } from "@/server/features/security-event/queries";
import {
  listSecurityEventsInput,
  ownSecurityEventPage,
  securityEventPage,
} from "@/server/features/security-event/schema";
import { protectedProcedure, roleProcedure, router } from "@/server/guard/procedures";

export const securityEventRouter = router({
  list: roleProcedure("auditor", { permission: "securityEvent:read", limit: "read" })
    .input(listSecurityEventsInput)
    .output(securityEventPage)
    .query(({ ctx, input }) => listAll(ctx.scope, input)),

  mine: protectedProcedure({ permission: "securityEvent:mine", limit: "read" })
    .input(listSecurityEventsInput)
    .output(ownSecurityEventPage)
    .query(({ ctx, input }) => listMine(ctx.scope, input)),
});
