import { betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { admin, organization } from "better-auth/plugins";
import { v7 } from "uuid";
import type { Database } from "@/db/client";
import { apikey } from "@/db/schema/api-key";
import * as identity from "@/db/schema/identity";
import { withEvenLookups } from "@/server/identity/even-lookups";
import type { Factors } from "@/server/identity/factors/factors";
import { factorPlugins } from "@/server/identity/factors/plugin";
import { apiKeyPlugin } from "@/server/identity/keys/plugin";
import { letterFlows } from "@/server/identity/letter-flows";
import { accountOptions, OIDC_PROBLEM_PATH, oidc } from "@/server/identity/oidc";
import type { OidcSettings } from "@/server/identity/oidc/issuer";
import type { Hashing } from "@/server/identity/passwords";
import { jwtPlugin } from "@/server/identity/tokens/jwt-plugin";
import type { Log } from "@/server/platform/log";
import type { Letter } from "@/server/platform/mail/letter";

interface AuthOptions {
  db: Database;
  baseUrl: string;
  secret: string;
  /** By version, the current one first; what signs. See identity/live-auth.ts. */
  secrets?: { version: number; value: string }[];
  /** Origins from which a browser may send credentials. */
  origins: string[];
  /** Paths below /api/auth that may be reached; every other one is disabled. */
  reachable: ReadonlySet<string>;
  verifyEmail: boolean;
  /** The provider that people may sign in with; null: none. */
  oidc: OidcSettings | null;
  postMail(letter: Letter): void;
  log: Log;
  factors: Factors;
  hashing: Hashing;
}

/** The part of Better Auth that the rest of the house sees. */
export interface Auth {
  handler(request: Request): Promise<Response>;
  /** Every path that Better Auth would serve, reachable or not. */
  paths: readonly string[];
  /** Its password hashing, in its turns. */
  verifyPassword(given: { hash: string; password: string }): Promise<boolean>;
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
  const verifyPassword: Auth["verifyPassword"] = async (given) =>
    (await auth.$context).password.verify(given);
  return { handler: (request) => auth.handler(request), paths, verifyPassword };
}

/** What Better Auth is told; the drift test compares its tables with our schema. */
export function authConfig(options: AuthOptions) {
  const { db, baseUrl, secret, origins, verifyEmail, postMail, log } = options;
  const letters = letterFlows({ db, baseUrl, postMail });
  return {
    baseURL: baseUrl,
    basePath: "/api/auth",
    secret,
    // Never left out: the library would read BETTER_AUTH_SECRETS itself, and it knows no ends.
    secrets: options.secrets ?? [{ version: 1, value: secret }],
    trustedOrigins: origins,
    database: withEvenLookups(
      drizzleAdapter(db, { provider: "pg", schema: { ...identity, apikey }, transaction: true }),
    ),
    telemetry: { enabled: false },
    // Arguments can hold addresses and queries with their values; the message alone is kept.
    logger: {
      // It warns of each failed sign-in: those are refusals, which are folded and written down by us.
      level: "error" as const,
      log: (level: string, message: string) => logMessage(log, level, message),
    },
    // An error that is no refusal goes to our log and our answer; the library would print it, with the query's values.
    onAPIError: { throw: true, errorURL: `${baseUrl}${OIDC_PROBLEM_PATH}` },
    account: accountOptions(options.oidc),
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      password: options.hashing,
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
    // Our own `fresh` says which routes ask for a proof, and when; freshAge counts from the sign-in alone.
    session: { expiresIn: 7 * 24 * 3600, updateAge: 24 * 3600, freshAge: 0, cookieCache: { enabled: false } },
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
      jwtPlugin(),
      apiKeyPlugin(),
      ...(options.oidc ? [oidc({ settings: options.oidc, verifyEmail, log })] : []),
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
      ...factorPlugins(options),
    ],
  };
}

function logMessage(log: Log, level: string, message: string): void {
  if (level === "error") log.error({ part: "better-auth" }, message);
  else log.warn({ part: "better-auth" }, message);
}
