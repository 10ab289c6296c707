import { acknowledgeAlert, listAlerts, resolveAlert } from "@/server/features/alert/queries";
import { alert, alertPage, listAlertsInput, settleAlertInput } from "@/server/features/alert/schema";
import { roleProcedure, router } from "@/server/guard/procedures";

export const alertRouter = router({
  list: roleProcedure("auditor", { permission: "alert:read", limit: "read" })
    .input(listAlertsInput)
    .output(alertPage)
    .query(({ ctx, input }) => listAlerts(ctx.scope, input)),

  acknowledge: roleProcedure("admin", {
    permission: "alert:update",
    limit: "write",
    audit: "alert.acknowledge",
  })
    .input(settleAlertInput)
    .output(alert)
    .mutation(({ ctx, input }) => acknowledgeAlert(ctx.scope, input)),

  resolve: roleProcedure("admin", { permission: "alert:update", limit: "write", audit: "alert.resolve" })
    .input(settleAlertInput)
    .output(alert)
    .mutation(({ ctx, input }) => resolveAlert(ctx.scope, input)),
});
