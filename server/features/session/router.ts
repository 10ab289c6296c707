import { revokeOtherSessions, revokeSession } from "@/server/features/session/queries";
import {
  listSessionsInput,
  revokedSession,
  revokedSessions,
  revokeSessionInput,
  sessionPage,
} from "@/server/features/session/schema";
import { listSessions } from "@/server/features/session/service";
import { noInput } from "@/server/guard/input";
import { protectedProcedure, router } from "@/server/guard/procedures";

/** Not for keys: a key that leaked may neither watch its owner nor sign them out. */
const PERSON = ["session", "token"] as const;

export const sessionRouter = router({
  list: protectedProcedure({ permission: "session:read", limit: "read", callers: PERSON })
    .input(listSessionsInput)
    .output(sessionPage)
    .query(({ ctx, input }) => listSessions(ctx.scope, ctx.identity.sessionId, input)),

  revoke: protectedProcedure({
    permission: "session:revoke",
    limit: "write",
    audit: "session.revoke",
    callers: PERSON,
  })
    .input(revokeSessionInput)
    .output(revokedSession)
    .mutation(({ ctx, input }) => revokeSession(ctx.scope, input)),

  revokeOthers: protectedProcedure({
    permission: "session:revoke",
    limit: "write",
    audit: "session.revokeOthers",
    callers: PERSON,
  })
    .input(noInput)
    .output(revokedSessions)
    .mutation(({ ctx }) => revokeOtherSessions(ctx.scope, ctx.identity.sessionId)),
});
