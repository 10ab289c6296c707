import { z } from "zod";

const LENGTH = { min: 10, max: 128 };

/** What the browser can say of a new password; the server also refuses common ones. */
export const newPassword = z
  .string()
  .min(LENGTH.min, `Use at least ${LENGTH.min} characters.`)
  .max(LENGTH.max, `Use at most ${LENGTH.max} characters.`);

/** A hint that counts along while somebody types. */
export function passwordHint(password: string): string {
  const missing = LENGTH.min - password.length;
  if (password === "") return `${LENGTH.min} characters or more. A few unrelated words work well.`;
  if (missing > 0) return `${missing} more ${missing === 1 ? "character" : "characters"}.`;
  return "Long enough.";
}
