import type { PublicError } from "@/server/guard/errors";
import type { CredentialFault } from "@/server/identity/tokens/credentials";

const REFUSALS = {
  UNAUTHORIZED: [401, "Sign in to go on."],
  // Its words are those of the sign-in in a browser: the two tell nobody more than one of them does.
  INVALID_EMAIL_OR_PASSWORD: [401, "Invalid email or password"],
  BANNED_USER: [403, "This account is closed for now."],
  EMAIL_NOT_VERIFIED: [403, "Email not verified"],
  SECOND_FACTOR_REQUIRED: [401, "Send a code of your second factor too."],
  INVALID_CODE: [401, "This code is not good, or not any more."],
} as const satisfies Record<CredentialFault | "UNAUTHORIZED", readonly [number, string]>;

/** What a program is told that gets no token. */
export function refusalOf(code: keyof typeof REFUSALS): PublicError {
  const [httpStatus, message] = REFUSALS[code];
  return { code, httpStatus, message };
}
