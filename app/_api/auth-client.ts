import { z } from "zod";
import { type ApiError, UNREACHABLE } from "@/app/_api/errors";

export type Outcome = { ok: true; body: unknown } | { ok: false; error: ApiError };

const own = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    requestId: z.string().optional(),
    reason: z.string().optional(),
    issues: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).default([]),
  }),
});
const betterAuth = z.object({ code: z.string().optional(), message: z.string().optional() });

interface Credentials {
  email: string;
  password: string;
}

export const signUp = (input: Credentials & { name: string }) => post("sign-up/email", input);
export const signIn = (input: Credentials) => post("sign-in/email", input);
export const signOut = () => post("sign-out", {});
export const changePassword = (input: { currentPassword: string; newPassword: string }) =>
  post("change-password", { ...input, revokeOtherSessions: true });
export const requestPasswordReset = (input: { email: string }) => post("request-password-reset", input);
export const resetPassword = (input: { token: string; newPassword: string }) => post("reset-password", input);
export const verifyEmail = (input: { token: string }) => post("verify-email", input);
export const resendVerification = (input: { email: string }) => post("send-verification-email", input);

const waiting = z.object({ twoFactorRedirect: z.literal(true) });
/** Whether a sign-in that was taken so far waits for its second factor. */
export const isWaiting = (outcome: Outcome) => outcome.ok && waiting.safeParse(outcome.body).success;

export const post = (path: string, body: object) =>
  ask(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

/** A request to one of the authentication routes. */
export async function ask(path: string, init: RequestInit = {}): Promise<Outcome> {
  try {
    const response = await fetch(`/api/auth/${path}`, init);
    const body: unknown = await response.json().catch(() => null);
    if (response.ok) return { ok: true, body };
    return { ok: false, error: toError(response, body) };
  } catch {
    return { ok: false, error: UNREACHABLE };
  }
}

export function toError(response: Response, body: unknown): ApiError {
  const requestId = response.headers.get("x-request-id") ?? undefined;
  const ours = own.safeParse(body).data?.error;
  if (ours) return { requestId, ...ours, status: response.status };
  const theirs = betterAuth.safeParse(body).data;
  return {
    code: theirs?.code ?? "UNKNOWN",
    status: response.status,
    message: theirs?.message ?? "Something went wrong on our side.",
    requestId,
    issues: [],
  };
}
