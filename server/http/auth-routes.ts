import { z } from "zod";
import { line } from "@/server/guard/input";
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
  | "user_email_verified";

export interface AuthRoute {
  method: "GET" | "POST";
  path: string;
  reason: string;
  limit: AuthLimit;
  /** The event that a success leaves behind, or why it leaves none. */
  audit: { event: AuthEvent } | { none: string };
  /** What the body may hold; unknown keys are refused. Null: no body. */
  body: z.ZodType | null;
  /** It acts for whoever is signed in. */
  needsSession?: true;
  /** Whoever is signed in proved it within ten minutes. */
  needsFresh?: true;
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
    method: "GET",
    path: "/verify-email",
    reason: "The link in the verification mail.",
    limit: "auth",
    audit: { event: "user_email_verified" },
    body: null,
  },
  {
    method: "POST",
    path: "/send-verification-email",
    reason: "The verification mail may have been lost.",
    limit: "auth",
    audit: { none: "It sends a mail and changes nothing." },
    body: z.strictObject({ email, callbackURL }),
  },
  ...OIDC_ROUTES,
];

export const REACHABLE_AUTH_PATHS: ReadonlySet<string> = new Set(AUTH_ROUTES.map((route) => route.path));
