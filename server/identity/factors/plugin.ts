import { passkey } from "@better-auth/passkey";
import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import { enrolmentEndpoints } from "@/server/identity/factors/enrolment";
import type { Factors } from "@/server/identity/factors/factors";
import { SECOND_STEP_COOKIE, SECOND_STEP_S } from "@/server/identity/factors/second-step";
import { secondStepEndpoints } from "@/server/identity/factors/second-step-endpoints";
import { stepUpEndpoints } from "@/server/identity/factors/step-up";

interface PluginOptions {
  factors: Factors;
  baseUrl: string;
  /** Origins from which a passkey may be used. */
  origins: string[];
}

/** Better Auth's part of second factors: its passkeys, and our routes for codes, second steps and step-up. */
export function factorPlugins(options: PluginOptions) {
  return [ours(options), passkeys(options)];
}

const PASSKEY_CHALLENGE_COOKIE = "passkey_challenge";

function ours({ factors, baseUrl, origins }: PluginOptions) {
  const waiting: Waiting = new WeakMap();
  return {
    id: "holdfast-factors",
    schema: { session: { fields: { secondFactorAt: { type: "date", required: false, input: false } } } },
    init: () => ({
      options: {
        databaseHooks: {
          session: {
            create: { before: (session, ctx) => secondFactorFirst(factors, waiting, session, ctx) },
          },
        },
      },
    }),
    hooks: { after: [{ matcher: () => true, handler: secondStepCookie(factors, waiting) }] },
    endpoints: {
      ...enrolmentEndpoints(factors),
      ...secondStepEndpoints(factors),
      ...stepUpEndpoints({
        factors,
        origins,
        rpId: rpIdOf(baseUrl),
        challengeCookie: PASSKEY_CHALLENGE_COOKIE,
      }),
    },
  } satisfies BetterAuthPlugin;
}

/** A passkey is both factors: something one has, and the finger or PIN that unlocks it, which is why that is required. */
function passkeys({ factors, baseUrl, origins }: PluginOptions) {
  const verified = (isVerified: boolean | undefined) => {
    if (!isVerified) throw new APIError("UNAUTHORIZED", UNVERIFIED);
  };
  return passkey({
    rpID: rpIdOf(baseUrl),
    rpName: "Holdfast",
    origin: origins,
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    advanced: { webAuthnChallengeCookie: PASSKEY_CHALLENGE_COOKIE },
    registration: {
      afterVerification: async ({ ctx, verification }) => {
        verified(verification.registrationInfo?.userVerified);
        const found = await getSessionFromCtx(ctx);
        // First: the new passkey ends every session of this person that is not marked.
        if (found) await factors.noteSecondFactor(found.session.id);
      },
    },
    authentication: {
      afterVerification: ({ verification }) => verified(verification.authenticationInfo.userVerified),
    },
  });
}

const UNVERIFIED = {
  code: "USER_NOT_VERIFIED",
  message: "Unlock the passkey with a finger, your face or its PIN.",
};

/** What a passkey is bound to. An address of this machine is no domain: there it is `localhost`, whichever is open. */
function rpIdOf(baseUrl: string): string {
  const { hostname } = new URL(baseUrl);
  return ["127.0.0.1", "[::1]"].includes(hostname) ? "localhost" : hostname;
}

/** Requests whose sign-in waits for the second step, with the person: some flows turn the refusal into one of their own. */
type Waiting = WeakMap<Request, string>;

interface NewSession extends Record<string, unknown> {
  userId: string;
}
interface HookContext {
  path?: string | undefined;
  request?: Request | undefined;
  context: { session: { session: Record<string, unknown> } | null };
}

/**
 * Lets a session of a person with a second factor begin only where that was shown. What this should miss, the trigger
 * session_needs_second_factor refuses.
 */
async function secondFactorFirst(
  factors: Factors,
  waiting: Waiting,
  session: NewSession,
  ctx: HookContext | null,
) {
  if (session.secondFactorAt) return;
  // User verification was checked before, in `afterVerification`.
  if (ctx?.path === "/passkey/verify-authentication")
    return { data: { ...session, secondFactorAt: new Date() } };
  const { totp, passkeys: held } = await factors.statusOf(session.userId);
  if (!totp && held.length === 0) return;
  const present = ctx?.context.session?.session;
  // A changed password begins the present session anew.
  if (present?.userId === session.userId && present.secondFactorAt)
    return { data: { ...session, secondFactorAt: present.secondFactorAt } };
  if (ctx?.request) waiting.set(ctx.request, session.userId);
  const twoFactorMethods = [...(totp ? ["totp"] : []), ...(held.length > 0 ? ["passkey"] : [])];
  const message = "Show your second factor to go on.";
  throw new APIError("UNAUTHORIZED", { code: "SECOND_FACTOR_REQUIRED", message, twoFactorMethods });
}

/** Gives the browser a token for the second step, in place of the session that it may not have yet. */
function secondStepCookie(factors: Factors, waiting: Waiting) {
  return createAuthMiddleware(async (ctx) => {
    const { createAuthCookie, authCookies, secret } = ctx.context;
    const userId = ctx.request && waiting.get(ctx.request);
    if (!userId) return;
    const { name, attributes } = createAuthCookie(SECOND_STEP_COOKIE, { maxAge: SECOND_STEP_S });
    ctx.setCookie(name, await factors.secondSteps.begin(userId), attributes);
    const { dontRememberToken } = authCookies;
    if (ctx.body?.rememberMe === false)
      await ctx.setSignedCookie(dontRememberToken.name, "true", secret, dontRememberToken.attributes);
  });
}
