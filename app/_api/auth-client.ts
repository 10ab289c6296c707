import { z } from "zod";
import { type ApiError, UNREACHABLE } from "@/app/_api/errors";

type Outcome = { ok: true } | { ok: false; error: ApiError };

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

async function post(path: string, body: object): Promise<Outcome> {
  try {
    const response = await fetch(`/api/auth/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.ok) return { ok: true };
    return { ok: false, error: toError(response, await response.json().catch(() => null)) };
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
