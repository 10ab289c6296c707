import {
  banAccount,
  claimFirstAdmin,
  listAccounts,
  revokeSessions,
  setPlatformRole,
  unbanAccount,
} from "@/server/features/user/queries";
import {
  accountInput,
  accountPage,
  banInput,
  changedAccount,
  claimFirstAdminInput,
  endedSessions,
  firstAdmin,
  listAccountsInput,
  setPlatformRoleInput,
} from "@/server/features/user/schema";
import { protectedProcedure, roleProcedure, router } from "@/server/guard/procedures";

/** Keys do not govern people. Auditors neither: they read security data, and who has an account is none. */
const CALLERS = ["session", "token"] as const;

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

  list: roleProcedure("admin", { permission: "user:read", limit: "read", callers: CALLERS })
    .input(listAccountsInput)
    .output(accountPage)
    .query(({ ctx, input }) => listAccounts(ctx.scope, input)),

  setRole: roleProcedure("admin", {
    permission: "user:update",
    limit: "sensitive",
    audit: "user.setRole",
    fresh: true,
    callers: CALLERS,
  })
    .input(setPlatformRoleInput)
    .output(changedAccount)
    .mutation(({ ctx, input }) => setPlatformRole(ctx.scope, input)),

  ban: roleProcedure("admin", {
    permission: "user:ban",
    limit: "sensitive",
    audit: "user.ban",
    fresh: true,
    callers: CALLERS,
  })
    .input(banInput)
    .output(changedAccount)
    .mutation(({ ctx, input }) => banAccount(ctx.scope, input)),

  unban: roleProcedure("admin", {
    permission: "user:ban",
    limit: "sensitive",
    audit: "user.unban",
    callers: CALLERS,
  })
    .input(accountInput)
    .output(changedAccount)
    .mutation(({ ctx, input }) => unbanAccount(ctx.scope, input.id)),

  revokeSessions: roleProcedure("admin", {
    permission: "user:ban",
    limit: "sensitive",
    audit: "user.revokeSessions",
    callers: CALLERS,
  })
    .input(accountInput)
    .output(endedSessions)
    .mutation(({ ctx, input }) => revokeSessions(ctx.scope, input.id)),
});
