import { resolve } from "node:path";
import { z } from "zod";
import { type Budgets, budgetsOf } from "@/server/guard/limits";
import { keptSecret } from "@/server/platform/secrets";

export type Mode = "embedded" | "development" | "production";

/** What the process was told, checked once. Nothing else reads `process.env`. */
export interface Env {
  mode: Mode;
  host: string;
  port: number;
  baseUrl: string;
  dataDir: string;
  secret: string;
  /** Null in embedded mode, which starts a server of its own. */
  database: { url: string; authUrl: string } | null;
  /** Peers whose X-Forwarded-For counts. */
  trustedProxies: readonly string[];
  /** Most requests under way at once; further ones are 503. */
  maxInFlight: number;
  databasePool: number;
  databasePrepare: boolean;
  smtpUrl: string | null;
  /** Sizes and windows of all budgets: the table of guard/limits.ts, changed by HOLDFAST_LIMITS. */
  limits: Budgets;
  /** Where processes count together; null: this one counts for itself. */
  limitStore: { kind: "redis"; url: string } | { kind: "upstash"; url: string; token: string } | null;
}

/** The configuration can not be used. Each line names a variable, what is wrong with it and how to mend it. */
export class EnvError extends Error {
  override readonly name = "EnvError";
  constructor(
    readonly lines: readonly string[],
    options?: ErrorOptions,
  ) {
    super(lines.join("\n"), options);
  }
}

const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: "is not a PostgreSQL URL; write postgres://user:password@host:5432/database",
});

/** Addresses and CIDR ranges, separated by commas. */
const addresses = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((entry) => entry.trim())
      .filter(Boolean),
  )
  .pipe(
    z.array(
      z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
        error: "must list addresses or CIDR ranges, separated by commas, such as 10.0.0.0/8",
      }),
    ),
  );

const variables = z.object({
  PORT: z.coerce
    .number({ error: "is not a number" })
    .int("must be a whole number")
    .min(1, "must be 1 to 65535")
    .max(65_535, "must be 1 to 65535")
    .default(3000),
  HOST: z.string().default("127.0.0.1"),
  HOLDFAST_MODE: z
    .enum(["embedded", "development", "production"], { error: "must be embedded, development or production" })
    .optional(),
  HOLDFAST_DATA_DIR: z.string().default(".data"),
  BETTER_AUTH_URL: z.url({ protocol: /^https?$/, error: "is not an http(s) URL" }).optional(),
  BETTER_AUTH_SECRET: z
    .string()
    .min(32, {
      error: "is shorter than 32 characters; make one with: openssl rand -base64 32",
      abort: true,
    })
    .refine(
      (secret) => new Set(secret).size >= 12,
      "is too uniform to be random; make one with: openssl rand -base64 32",
    )
    .optional(),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_AUTH_URL: postgresUrl.optional(),
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  DATABASE_POOL: z.coerce
    .number({ error: "is not a number" })
    .int("must be a whole number")
    .min(2, "must be at least 2")
    .max(200, "must be at most 200")
    .default(10),
  DATABASE_PREPARE: z.enum(["on", "off"], { error: "must be on or off" }).default("on"),
  TRUSTED_PROXIES: addresses.default([]),
  MAX_IN_FLIGHT: z.coerce
    .number({ error: "is not a number" })
    .int()
    .min(16, "must be at least 16")
    .default(512),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: "is not an SMTP URL; write smtps://user:password@host" })
    .optional(),
  HOLDFAST_LIMITS: z.string().default(""),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: "is not a Redis URL; write redis://user:password@host:6379" })
    .optional(),
  UPSTASH_REDIS_REST_URL: z.url({ protocol: /^https?$/, error: "is not an http(s) URL" }).optional(),
  UPSTASH_REDIS_REST_TOKEN: z.string().optional(),
});
type Variables = z.infer<typeof variables>;

/** @throws EnvError with one line for each thing that is missing, malformed or weak. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = variables.safeParse(given);
  if (!parsed.success) throw new EnvError(parsed.error.issues.map(lineOf));
  const read = parsed.data;
  const mode = read.HOLDFAST_MODE ?? (read.DATABASE_URL ? "production" : "embedded");
  const { budgets, faults: faultsOfLimits } = budgetsOf(read.HOLDFAST_LIMITS, mode === "production");
  const faults = [...faultsOf(mode, read), ...faultsOfLimits, ...faultsOfLimitStore(mode, read)];
  if (faults.length > 0) throw new EnvError(faults);
  const dataDir = resolve(read.HOLDFAST_DATA_DIR);
  return {
    mode,
    host: read.HOST,
    port: read.PORT,
    baseUrl: new URL(read.BETTER_AUTH_URL ?? `http://${hostInUrl(read.HOST)}:${read.PORT}`).origin,
    dataDir,
    secret: read.BETTER_AUTH_SECRET ?? secretOf(dataDir),
    database: read.DATABASE_URL
      ? { url: read.DATABASE_URL, authUrl: read.DATABASE_AUTH_URL ?? authUrlOf(read.DATABASE_URL) }
      : null,
    trustedProxies: read.TRUSTED_PROXIES,
    maxInFlight: read.MAX_IN_FLIGHT,
    databasePool: read.DATABASE_POOL,
    databasePrepare: read.DATABASE_PREPARE === "on",
    smtpUrl: read.SMTP_URL ?? null,
    limits: budgets,
    limitStore: limitStoreOf(read),
  };
}

/** What migrating needs, and no more: it may run where no secret is. */
export function readDatabaseEnv(source: Record<string, string | undefined> = process.env) {
  const parsed = variables
    .pick({ DATABASE_URL: true, DATABASE_AUTH_URL: true, DATABASE_DIRECT_URL: true })
    .safeParse(source);
  if (!parsed.success) throw new EnvError(parsed.error.issues.map(lineOf));
  const { DATABASE_URL, DATABASE_AUTH_URL, DATABASE_DIRECT_URL } = parsed.data;
  if (!DATABASE_URL)
    throw new EnvError([
      "DATABASE_URL is missing; it names the login that the application will use, holdfast_app.",
    ]);
  if (!DATABASE_DIRECT_URL) {
    throw new EnvError([
      "DATABASE_DIRECT_URL is missing; it names a login that may create roles, past any pooler.",
    ]);
  }
  return {
    url: DATABASE_URL,
    authUrl: DATABASE_AUTH_URL ?? authUrlOf(DATABASE_URL),
    directUrl: DATABASE_DIRECT_URL,
  };
}

const lineOf = (issue: z.core.$ZodIssue) => `${issue.path.join(".")} ${issue.message}.`;

function faultsOf(mode: Mode, read: Variables): string[] {
  const faults: string[] = [];
  if (mode !== "embedded" && !read.DATABASE_URL) {
    faults.push(
      `DATABASE_URL is missing; ${mode} mode needs a PostgreSQL server (without it, use HOLDFAST_MODE=embedded).`,
    );
  }
  if (mode === "embedded" && read.DATABASE_URL) {
    faults.push(
      "DATABASE_URL is set, but HOLDFAST_MODE=embedded starts its own server; unset one of the two.",
    );
  }
  if (mode !== "production") {
    if (!["127.0.0.1", "localhost", "::1"].includes(read.HOST)) {
      faults.push(
        `HOST ${read.HOST} is reachable from elsewhere, and ${mode} mode is for this machine only; use 127.0.0.1 or HOLDFAST_MODE=production.`,
      );
    }
    return faults;
  }
  if (!read.BETTER_AUTH_SECRET)
    faults.push("BETTER_AUTH_SECRET is missing; make one with: openssl rand -base64 32.");
  if (!read.BETTER_AUTH_URL)
    faults.push(
      "BETTER_AUTH_URL is missing; write the address that people use, such as https://holdfast.example.",
    );
  else if (!read.BETTER_AUTH_URL.startsWith("https://"))
    faults.push("BETTER_AUTH_URL must be https in production.");
  if (!read.SMTP_URL)
    faults.push(
      "SMTP_URL is missing; addresses are verified by mail in production; write smtps://user:password@host.",
    );
  return faults;
}

/** One process that counts for itself is no bound on many: production shares a store. */
function faultsOfLimitStore(mode: Mode, read: Variables): string[] {
  const { REDIS_URL: redis, UPSTASH_REDIS_REST_URL: rest } = read;
  if (!rest !== !read.UPSTASH_REDIS_REST_TOKEN)
    return ["UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN go together; set both or neither."];
  if (redis && rest)
    return [
      "REDIS_URL and UPSTASH_REDIS_REST_URL are both set; budgets are counted in one place, unset one.",
    ];
  if (mode === "production" && !redis && !rest)
    return [
      "REDIS_URL is missing; production counts its budgets in a store that all processes share; write redis://host:6379, or set UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN.",
    ];
  return [];
}

function limitStoreOf(read: Variables): Env["limitStore"] {
  if (read.REDIS_URL) return { kind: "redis", url: read.REDIS_URL };
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = read;
  return url && token ? { kind: "upstash", url, token } : null;
}

/** The logins of the two pools: Better Auth has its own, on the same server and with the same password unless told. */
function authUrlOf(url: string): string {
  const auth = new URL(url);
  auth.username = "holdfast_auth";
  return auth.href;
}

const hostInUrl = (host: string) => (host.includes(":") ? `[${host}]` : host);

function secretOf(dataDir: string): string {
  try {
    return keptSecret(dataDir);
  } catch (error) {
    const line = `HOLDFAST_DATA_DIR ${dataDir} can not be used (${(error as Error).message}); name a folder that you may write to.`;
    throw new EnvError([line], { cause: error });
  }
}

/** Next sends usage data unless told otherwise; Holdfast sends nothing anywhere. */
export function silenceTelemetry(): void {
  process.env.NEXT_TELEMETRY_DISABLED = "1";
}
