import type { ApiError } from "@/app/_api/errors";

/** Our words for what the authentication routes answer. */
export function authMessage({ code, status, message }: ApiError): string {
  if (code === "INVALID_PASSWORD") return "The present password is not right.";
  if (code === "PASSWORD_TOO_COMMON")
    return "This password is among the first that somebody would try. Choose another.";
  if (code === "INVALID_CODE") return "This code is not right, or was used before. Wait for the next one.";
  if (code === "SECOND_STEP_OVER") return message;
  if (code === "NOT_PROVEN") return "That was not right. Try again.";
  if (code === "PASSKEY_NOT_FOUND") return "Nobody here has this passkey.";
  if (status === 401)
    return "The e-mail address or the password is not right, or the address is not confirmed yet: look into your mail.";
  if (status === 429) return "Too many tries. Wait a few minutes, then try again.";
  return message;
}
