import { apiKey } from "@better-auth/api-key";
import { KEY_PREFIX } from "@/server/identity/keys/form";

/** Keeps the form of the table. Keys are made by our procedures and found by our records; its routes are closed. */
export function apiKeyPlugin() {
  return apiKey({
    defaultPrefix: KEY_PREFIX,
    requireName: true,
    // A key never stands for a session.
    enableSessionForAPIKeys: false,
    // Budgets are the guard's; its own would be ten requests a day.
    rateLimit: { enabled: false },
    keyExpiration: { defaultExpiresIn: 90 * 24 * 3600, maxExpiresIn: 365 },
  });
}
