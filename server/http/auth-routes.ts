import { z } from "zod";
import { line } from "@/server/guard/input";
import { FACTOR_ROUTES } from "@/server/http/auth-routes-factors";
import { OIDC_ROUTES } from "@/server/http/auth-routes-oidc";
import { callbackURL } from "@/server/http/callback-url";
import { PASSWORD_LENGTH } from "@/server/identity/auth";

/** Budgets that these routes spend; `http/auth-limits.ts` says by whom. */
export type AuthLimit = "auth" | "read" | "write";

/** Events that triggers of the database append, in the transaction of the change itself. */
export type AuthEvent =
  | "user_created"
  | "authn_login_success"
  | "session_terminated"
  | "authn_password_change"
  | "user_email_verified"
  | "authn_totp_added"
  | "authn_totp_removed"
  | "authn_passkey_added"
  | "authn_passkey_removed"
  | "authn_recovery_codes_renewed"
  | "authn_step_up";

export interface AuthRoute {
  method: "GET" | "POST";
  path: string;
  reason: string;
  limit: AuthLimit;
  /** The event that a success leaves behind, or why it leaves none. */
  audit: { event: AuthEvent } | { none: string };
  /** What the body may hold; unknown keys are refused. Null: no body. */
  body: z.ZodType | null;
  /** Better Auth takes the body by GET, in the URL; here it comes by POST, because URLs are written into logs. */
  inUrl?: true;
  /** It ends in a letter at most, so it is answered before anybody looks for the account. See http/auth-behind.ts. */
  behind?: true;
  /** Its time could tell whether an address is known: by every answer, or by refusals alone. See http/auth-beat.ts. */
  beat?: "always" | "refused";
  /** It acts for whoever is signed in. */
  needsSession?: true;
  /** Whoever is signed in has proven to be there within ten minutes; 403 STEP_UP_REQUIRED otherwise. */
  fresh?: true;
  /** It ends a sign-in that waits: tries count for the account that waits. */
  secondStep?: true;
  /** We answer it, and Better Auth's own of that path is closed. */
  ours?: "jwks" | "token";
}

const email = z.email().max(254).toLowerCase();
const newPassword = z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max);
const presentPassword = z.string().min(1).max(PASSWORD_LENGTH.max);

/** Better Auth's routes that may be reached: all of them. Whatever is not here is 404. */
export const AUTH_ROUTES: readonly AuthRoute[] = [
  {
    method: "POST",
    path: "/sign-up/email",
    reason: "People make their accounts themselves.",
    limit: "auth",
    audit: { event: "user_created" },
    body: z.strictObject({ name: line(100), email, password: newPassword, callbackURL }),
    beat: "always",
  },
  {
    method: "POST",
    path: "/sign-in/email",
    reason: "A session begins with an e-mail address and a password.",
    limit: "auth",
    audit: { event: "authn_login_success" },
    body: z.strictObject({
      email,
      password: presentPassword,
      rememberMe: z.boolean().optional(),
      callbackURL,
    }),
    beat: "refused",
  },
  {
    method: "POST",
    path: "/sign-out",
    reason: "A session ends by its owner.",
    limit: "write",
    audit: { event: "session_terminated" },
    body: z.strictObject({}).optional(),
  },
  {
    method: "GET",
    path: "/get-session",
    reason: "Pages and clients ask who they are; it also prolongs the session.",
    limit: "read",
    audit: { none: "It reads; a session that lives longer gains no right." },
    body: null,
    needsSession: true,
  },
  {
    method: "POST",
    path: "/change-password",
    reason: "A signed-in person changes the password, with the present one.",
    limit: "auth",
    audit: { event: "authn_password_change" },
    body: z.strictObject({
      currentPassword: presentPassword,
      newPassword,
      // The database ends every session with the old password; this begins the one that goes on here.
      revokeOtherSessions: z.literal(true).default(true),
    }),
    needsSession: true,
  },
  {
    method: "POST",
    path: "/verify-email",
    reason: "The page behind the link of the verification mail; the link itself changes nothing.",
    limit: "auth",
    audit: { event: "user_email_verified" },
    // A JWT of ours; Better Auth checks it.
    body: z.strictObject({
      token: z
        .string()
        .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/)
        .max(1500),
    }),
    inUrl: true,
  },
  {
    method: "POST",
    path: "/send-verification-email",
    reason: "The verification mail may have been lost.",
    limit: "auth",
    audit: { none: "It sends a mail and changes nothing." },
    body: z.strictObject({ email, callbackURL }),
    behind: true,
  },
  {
    method: "POST",
    path: "/request-password-reset",
    reason: "Who forgot the password has no other way in.",
    limit: "auth",
    audit: { none: "It sends a mail and changes nothing." },
    body: z.strictObject({ email }),
    behind: true,
  },
  {
    method: "POST",
    path: "/reset-password",
    reason: "The page behind the link of the reset mail: the link works once.",
    limit: "auth",
    audit: { event: "authn_password_change" },
    body: z.strictObject({ token: z.string().regex(/^[A-Za-z0-9]{24}$/), newPassword }),
  },
  {
    method: "GET",
    path: "/.well-known/jwks.json",
    reason: "Whoever verifies our tokens needs our public keys.",
    limit: "read",
    audit: { none: "It reads what is public." },
    body: null,
    ours: "jwks",
  },
  {
    method: "GET",
    path: "/token",
    reason: "Whoever is signed in gets an access token for five minutes; it ends with the session.",
    limit: "write",
    audit: { none: "It gives nothing that the session does not have." },
    body: null,
    needsSession: true,
    ours: "token",
  },
  ...FACTOR_ROUTES,
  ...OIDC_ROUTES,
];

/** Those that Better Auth serves. */
export const REACHABLE_AUTH_PATHS: ReadonlySet<string> = new Set(
  AUTH_ROUTES.filter(({ ours }) => !ours).map(({ path }) => path),
);
