import { betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { admin, organization } from "better-auth/plugins";
import { v7 } from "uuid";
import type { Database } from "@/db/client";
import * as tables from "@/db/schema/identity";
import { letterFlows } from "@/server/identity/letter-flows";
import { createHashing } from "@/server/identity/passwords";
import type { Log } from "@/server/platform/log";
import type { Letter } from "@/server/platform/mail/letter";

interface AuthOptions {
  db: Database;
  baseUrl: string;
  secret: string;
  /** Origins from which a browser may send credentials. */
  origins: string[];
  /** Paths below /api/auth that may be reached; every other one is disabled. */
  reachable: ReadonlySet<string>;
  verifyEmail: boolean;
  postMail(letter: Letter): void;
  log: Log;
}

/** The part of Better Auth that the rest of the house sees. */
export interface Auth {
  handler(request: Request): Promise<Response>;
  /** Every path that Better Auth would serve, reachable or not. */
  paths: readonly string[];
}

/** Name of the header in which our server hands the peer's address to Better Auth; stripped from what comes in. */
export const CLIENT_ADDRESS_HEADER = "x-holdfast-client-address";
export const COOKIE_PREFIX = "holdfast";
export const PASSWORD_LENGTH = { min: 10, max: 128 };

/** Sessions and accounts. Our procedures do the rest: organization, admin and user routes are never reachable. */
export function createAuth(options: AuthOptions): Auth {
  const config = authConfig(options);
  const paths = Object.values(betterAuth(config).api).flatMap(({ path }) => (path ? [path] : []));
  const disabledPaths = paths.filter((path) => !options.reachable.has(path));
  const auth = betterAuth({ ...config, disabledPaths });
  return { handler: (request) => auth.handler(request), paths };
}

/** What Better Auth is told; the drift test compares its tables with our schema. */
export function authConfig(options: AuthOptions) {
  const { db, baseUrl, secret, origins, verifyEmail, postMail, log } = options;
  const letters = letterFlows({ db, baseUrl, postMail });
  return {
    baseURL: baseUrl,
    basePath: "/api/auth",
    secret,
    trustedOrigins: origins,
    database: drizzleAdapter(db, { provider: "pg", schema: tables, transaction: true }),
    telemetry: { enabled: false },
    // Arguments can hold addresses and queries with their values; the message alone is kept.
    logger: {
      level: "warn" as const,
      log: (level: string, message: string) => logMessage(log, level, message),
    },
    // An error that is no refusal goes to our log and our answer; the library would print it, with the query's values.
    onAPIError: { throw: true },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      password: createHashing(),
      // With it off, sign-up answers alike whether the address is known or not.
      autoSignIn: false,
      requireEmailVerification: verifyEmail,
      // What a known address is answered has the fields of a true account, in their order.
      customSyntheticUser: ({ coreFields, id }: { coreFields: Record<string, unknown>; id: string }) => ({
        ...coreFields,
        role: "user",
        banned: false,
        banReason: null,
        banExpires: null,
        id,
      }),
      ...letters.emailAndPassword,
    },
    emailVerification: letters.emailVerification,
    session: { expiresIn: 7 * 24 * 3600, updateAge: 24 * 3600, cookieCache: { enabled: false } },
    verification: { storeIdentifier: "hashed" as const },
    // Budgets are the guard's; the library's own counts by address alone, in memory.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: baseUrl.startsWith("https://"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax" as const, path: "/" },
      disableOriginCheck: false,
      disableCSRFCheck: false,
      database: { generateId: () => v7() },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
    plugins: [
      admin(),
      organization({
        schema: {
          organization: {
            additionalFields: { personalUserId: { type: "string", required: false, input: false } },
          },
          invitation: {
            additionalFields: {
              tokenDigest: { type: "string", required: true, unique: true, input: false },
              settledAt: { type: "date", required: false, input: false },
            },
          },
        },
      }),
    ],
  };
}

function logMessage(log: Log, level: string, message: string): void {
  if (level === "error") log.error({ part: "better-auth" }, message);
  else log.warn({ part: "better-auth" }, message);
}
