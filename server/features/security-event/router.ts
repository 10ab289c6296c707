import { listAll, listMine, pullEvents } from "@/server/features/security-event/queries";
import {
  exportSecurityEventsInput,
  listSecurityEventsInput,
  ownSecurityEventPage,
  pulledSecurityEvents,
  pullSecurityEventsInput,
  securityEventExport,
  securityEventPage,
  trailVerdict,
  verifyTrailInput,
} from "@/server/features/security-event/schema";
import { exportEvents, verifyTrail } from "@/server/features/security-event/service";
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

  /** For a SIEM: what the workspace's people and keys did, in order. */
  pull: protectedProcedure({ permission: "securityEvent:pull", limit: "service", callers: ["service"] })
    .input(pullSecurityEventsInput)
    .output(pulledSecurityEvents)
    .query(({ ctx, input }) => pullEvents(ctx.scope, input)),

  /** A mutation, because it leaves a row: who took how much of the trail. `secret`: what it took is not kept twice. */
  export: roleProcedure("auditor", {
    permission: "securityEvent:export",
    limit: "export",
    audit: "securityEvent.export",
    fresh: true,
    secret: true,
  })
    .input(exportSecurityEventsInput)
    .output(securityEventExport)
    .mutation(({ ctx, input }) => exportEvents(ctx.scope, input)),

  verify: roleProcedure("auditor", {
    permission: "securityEvent:verify",
    limit: "sensitive",
    audit: "securityEvent.verify",
  })
    .input(verifyTrailInput)
    .output(trailVerdict)
    .mutation(({ ctx, input }) => verifyTrail(ctx.scope, ctx.verifyTrail, input)),
});
