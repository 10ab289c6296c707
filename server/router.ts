import { alertRouter } from "@/server/features/alert/router";
import { apiKeyRouter } from "@/server/features/api-key/router";
import { documentRouter } from "@/server/features/document/router";
import { invitationRouter } from "@/server/features/invitation/router";
import { meRouter } from "@/server/features/me/router";
import { memberRouter } from "@/server/features/member/router";
import { profileRouter } from "@/server/features/profile/router";
import { projectRouter } from "@/server/features/project/router";
import { securityEventRouter } from "@/server/features/security-event/router";
import { serviceAccountRouter } from "@/server/features/service-account/router";
import { sessionRouter } from "@/server/features/session/router";
import { taskRouter } from "@/server/features/task/router";
import { userRouter } from "@/server/features/user/router";
import { workspaceRouter } from "@/server/features/workspace/router";
import { router } from "@/server/guard/procedures";

/** The table of contents: what programs and pages can call. */
export const appRouter = router({
  me: meRouter,
  profile: profileRouter,
  workspace: workspaceRouter,
  member: memberRouter,
  invitation: invitationRouter,
  project: projectRouter,
  task: taskRouter,
  document: documentRouter,
  apiKey: apiKeyRouter,
  serviceAccount: serviceAccountRouter,
  securityEvent: securityEventRouter,
  alert: alertRouter,
  user: userRouter,
  session: sessionRouter,
});

export type AppRouter = typeof appRouter;
