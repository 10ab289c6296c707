import type { BetterAuthOptions, BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware, getOAuthState, getSessionFromCtx } from "better-auth/api";
import { type OidcSettings, providerIdOf } from "@/server/identity/oidc/issuer";
import { createDiscovery } from "@/server/identity/oidc/metadata";
import { createProvider } from "@/server/identity/oidc/provider";
import type { Log } from "@/server/platform/log";

/** The page that tells people that it did not work; it reads nothing but a code of ours. */
export const OIDC_PROBLEM_PATH = "/sign-in/problem";

/**
 * Accounts are joined only by who is signed in and asks for it, never by an e-mail address, whoever vouches for it. The
 * provider is trusted to be linked, not to link: an address plays no part in that.
 */
export function accountOptions(settings: OidcSettings | null) {
  return {
    updateAccountOnSignIn: false,
    accountLinking: {
      enabled: settings !== null,
      disableImplicitLinking: true,
      allowDifferentEmails: true,
      updateUserInfoOnLink: false,
      trustedProviders: settings ? [providerIdOf(settings.issuer)] : [],
    },
  };
}

interface OidcOptions {
  settings: OidcSettings;
  verifyEmail: boolean;
  log: Log;
}

/** Sign-in with one OpenID Connect provider, in Better Auth's flow of state, PKCE and nonce. */
export function oidc({ settings, verifyEmail, log }: OidcOptions): BetterAuthPlugin {
  const metadata = createDiscovery(settings.issuer);
  const provider = createProvider({
    settings,
    metadata,
    requireEmailVerification: verifyEmail,
    refused: (reason) => log.warn({ event: "oidc_refused", reason }, "sign-in with the provider refused"),
  });
  return {
    id: "holdfast-oidc",
    init: ({ socialProviders }) => ({
      context: { socialProviders: [provider, ...socialProviders] },
      options: { databaseHooks: { account: { create: { before: onlyByWhoIsSignedIn } } } },
    }),
    hooks: {
      before: [
        {
          matcher: ({ path }) => path?.startsWith("/callback/") === true,
          handler: createAuthMiddleware(async ({ query, context, redirect }) => {
            // RFC 9207: a provider that names itself in each answer made none that lacks its name (mix-up).
            const isNameless = typeof query?.iss !== "string";
            if (isNameless && (await metadata().catch(() => null))?.namesItself)
              throw redirect(`${context.options.onAPIError?.errorURL}?error=issuer_missing`);
          }),
        },
        {
          matcher: ({ path }) => path === "/link-social",
          handler: createAuthMiddleware(async (ctx) => {
            const session = await getSessionFromCtx(ctx);
            // Else somebody could keep a way into an account that they made with another's address.
            if (session && !session.user.emailVerified)
              throw new APIError("FORBIDDEN", {
                code: "EMAIL_NOT_VERIFIED",
                message: "Confirm your e-mail address first.",
              });
          }),
        },
      ],
    },
  };
}

type Hooks = NonNullable<BetterAuthOptions["databaseHooks"]>;
type BeforeAccount = NonNullable<NonNullable<NonNullable<Hooks["account"]>["create"]>["before"]>;

/** A link that was begun is finished by the very person, in a session that has not ended meanwhile. */
const onlyByWhoIsSignedIn: BeforeAccount = async ({ userId, providerId }, ctx) => {
  if (providerId === "credential" || !ctx) return;
  const state = await getOAuthState();
  if (!state?.link) return;
  const session = await getSessionFromCtx(ctx);
  if (session?.user.id !== state.link.userId || userId !== state.link.userId) return false;
};
