import type { GenericEndpointContext } from "better-auth";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { expireCookie, setSessionCookie } from "better-auth/cookies";
import { z } from "zod";
import type { Factors } from "@/server/identity/factors/factors";
import { SECOND_STEP_COOKIE } from "@/server/identity/factors/second-step";

type Use = (userId: string, code: string) => Promise<boolean>;

/** The second step of a sign-in: the first point at which a session begins. */
export function secondStepEndpoints(factors: Factors) {
  const route = (path: string, use: Use) =>
    createAuthEndpoint(path, { method: "POST", body: z.object({ code: z.string() }) }, (ctx) =>
      finish(factors, ctx, (userId) => use(userId, ctx.body.code)),
    );
  return {
    verifyTotpOfSecondStep: route("/two-factor/verify-totp", factors.totp.use),
    verifyRecoveryCode: route("/two-factor/verify-recovery-code", factors.recoveryCodes.use),
  };
}

async function finish(
  factors: Factors,
  ctx: GenericEndpointContext,
  isShown: (userId: string) => Promise<boolean>,
) {
  const { createAuthCookie, internalAdapter, authCookies, secret } = ctx.context;
  const cookie = createAuthCookie(SECOND_STEP_COOKIE);
  const token = ctx.getCookie(cookie.name);
  const userId = token ? await factors.secondSteps.attempt(token) : undefined;
  if (!token || !userId) {
    expireCookie(ctx, cookie);
    throw new APIError("UNAUTHORIZED", OVER);
  }
  if (!(await isShown(userId))) throw new APIError("UNAUTHORIZED", WRONG_CODE);
  if (!(await factors.secondSteps.end(token))) throw new APIError("UNAUTHORIZED", OVER);
  const isShort = Boolean(await ctx.getSignedCookie(authCookies.dontRememberToken.name, secret));
  const user = await internalAdapter.findUserById(userId);
  const session =
    user && (await internalAdapter.createSession(userId, isShort, { secondFactorAt: new Date() }));
  if (!user || !session) throw new APIError("UNAUTHORIZED", OVER);
  await setSessionCookie(ctx, { session, user }, isShort);
  expireCookie(ctx, cookie);
  return ctx.json({ user: { id: user.id, name: user.name, email: user.email } });
}

const OVER = { code: "SECOND_STEP_OVER", message: "This took too long, or too many tries. Sign in again." };
export const WRONG_CODE = { code: "INVALID_CODE", message: "This code is not right, or was used before." };
