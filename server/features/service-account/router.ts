import {
  createServiceAccountInput,
  deletedServiceAccount,
  listServiceAccountsInput,
  serviceAccount,
  serviceAccountInput,
  serviceAccountPage,
} from "@/server/features/service-account/schema";
import {
  createServiceAccount,
  deleteServiceAccount,
  listServiceAccounts,
} from "@/server/features/service-account/service";
import { protectedProcedure, router } from "@/server/guard/procedures";

/** As of keys: whoever is not here by a session gives nobody access. */
const callers = ["session"] as const;

export const serviceAccountRouter = router({
  list: protectedProcedure({ permission: "serviceAccount:read", limit: "read", callers })
    .input(listServiceAccountsInput)
    .output(serviceAccountPage)
    .query(({ ctx, input }) => listServiceAccounts(ctx.scope, input)),

  create: protectedProcedure({
    permission: "serviceAccount:create",
    limit: "sensitive",
    audit: "serviceAccount.create",
    callers,
  })
    .input(createServiceAccountInput)
    .output(serviceAccount)
    .mutation(({ ctx, input }) => createServiceAccount(ctx.scope, ctx.identity.permissions, input)),

  delete: protectedProcedure({
    permission: "serviceAccount:delete",
    limit: "sensitive",
    audit: "serviceAccount.delete",
    callers,
  })
    .input(serviceAccountInput)
    .output(deletedServiceAccount)
    .mutation(({ ctx, input }) => deleteServiceAccount(ctx.scope, input.id)),
});
