import { z } from "zod";
import type { AuthRoute } from "@/server/http/auth-routes";
import { callbackURL } from "@/server/http/callback-url";

export const CALLBACK_PATH = "/callback/:id";

/** No ID token of the caller's own, no scopes and no parameters: each would go around a check of the callback. */
const body = z.strictObject({ provider: z.string().regex(/^oidc-[\w-]{16}$/), callbackURL });

/** Sign-in with OpenID Connect. */
export const OIDC_ROUTES: readonly AuthRoute[] = [
  {
    method: "POST",
    path: "/sign-in/social",
    reason: "A sign-in with the configured OpenID Connect provider begins.",
    limit: "auth",
    audit: { none: "It only begins; what comes of it is written down at the callback." },
    body,
  },
  {
    method: "GET",
    path: CALLBACK_PATH,
    reason: "The provider sends people back here.",
    limit: "auth",
    audit: { event: "authn_login_success" },
    body: null,
  },
  {
    method: "POST",
    path: "/link-social",
    reason: "A signed-in person connects an account of the provider.",
    limit: "auth",
    audit: { none: "It only begins; the callback writes authn_identity_linked." },
    body,
    needsSession: true,
    fresh: true,
  },
];

/** Without OIDC_ISSUER there is no provider, and its routes are none. */
export const isServed = (path: string, provider: object | null): boolean =>
  provider !== null || !OIDC_ROUTES.some((route) => route.path === path);
