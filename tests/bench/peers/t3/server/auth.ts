import { randomUUID } from "node:crypto";
import { betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { db } from "./db";

const PLENTY = { window: 60, max: 999_999_999 };

export const auth = betterAuth({
  database: drizzleAdapter(db, { provider: "pg" }),
  emailAndPassword: { enabled: true },
  session: { cookieCache: { enabled: process.env.COOKIE_CACHE === "on", maxAge: 5 * 60 } },
  // Counted as by default, and refusing nobody here.
  rateLimit: { ...PLENTY, customRules: { "/sign-in/*": PLENTY } },
  advanced: { database: { generateId: () => randomUUID() } },
});
