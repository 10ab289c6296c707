import { resolve } from "node:path";
import type { z } from "zod";
import { faultsOf, givenAuditKeys, type Mode } from "@/server/env/faults";
import { type OidcEnv, oidcOf } from "@/server/env/oidc";
import { type Variables, variables } from "@/server/env/variables";
import { type Budgets, budgetsOf } from "@/server/guard/limits";
import { keptSecret, readKeptSecret } from "@/server/platform/secrets/kept";
import { firstVersion, type Versions } from "@/server/platform/secrets/versions";

/** What the process was told, checked once. Nothing else reads `process.env`. */
export interface Env {
  mode: Mode;
  host: string;
  port: number;
  baseUrl: string;
  dataDir: string;
  secret: string;
  /** Seal the audit trail. */
  auditKeys: Versions;
  /** A file that is told of each seal. */
  auditHeadsFile: string | null;
  /** A URL that is told of each seal. */
  auditHeadsUrl: string | null;
  /** Milliseconds between two looks for rows to seal. */
  auditSealEvery: number;
  /** Null in embedded mode, which starts a server of its own. */
  database: { url: string; authUrl: string } | null;
  /** Where LISTEN is heard, with the application's login; null: where `database` is. */
  listenUrl: string | null;
  /** Milliseconds until a stream is ended, and its caller resumes. */
  streamLongest: number;
  /** Peers whose X-Forwarded-For counts. */
  trustedProxies: readonly string[];
  /** Other sites whose pages may call the API, with a credential of their own and never with our cookie. */
  corsOrigins: readonly string[];
  /** Most requests under way at once; further ones are 503. */
  maxInFlight: number;
  databasePool: number;
  databasePrepare: boolean;
  smtpUrl: string | null;
  /** The OpenID Connect provider that people may sign in with; null: none. */
  oidc: OidcEnv | null;
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

/** @throws EnvError with one line for each thing that is missing, malformed or weak. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const parsed = variables.safeParse(given(source));
  if (!parsed.success) throw new EnvError(parsed.error.issues.map(lineOf));
  const read = parsed.data;
  const mode = read.HOLDFAST_MODE ?? (read.DATABASE_URL ? "production" : "embedded");
  const { budgets, faults: faultsOfLimits } = budgetsOf(read.HOLDFAST_LIMITS, mode === "production");
  const faults = [...faultsOf(mode, read), ...faultsOfLimits];
  if (faults.length > 0) throw new EnvError(faults);
  const dataDir = resolve(read.HOLDFAST_DATA_DIR);
  return {
    mode,
    host: read.HOST,
    port: read.PORT,
    baseUrl: new URL(read.BETTER_AUTH_URL ?? `http://${hostInUrl(read.HOST)}:${read.PORT}`).origin,
    dataDir,
    secret: read.BETTER_AUTH_SECRET ?? kept(dataDir, "secret"),
    auditKeys: givenAuditKeys(read) ?? firstVersion(kept(dataDir, "audit-key")),
    auditHeadsFile: read.AUDIT_HEADS_FILE ? resolve(read.AUDIT_HEADS_FILE) : null,
    auditHeadsUrl: read.AUDIT_HEADS_URL ?? null,
    auditSealEvery: read.AUDIT_SEAL_EVERY,
    database: read.DATABASE_URL
      ? { url: read.DATABASE_URL, authUrl: read.DATABASE_AUTH_URL ?? authUrlOf(read.DATABASE_URL) }
      : null,
    listenUrl: listenUrlOf(read),
    streamLongest: read.STREAM_LONGEST,
    trustedProxies: read.TRUSTED_PROXIES,
    corsOrigins: read.CORS_ORIGINS,
    maxInFlight: read.MAX_IN_FLIGHT,
    databasePool: read.DATABASE_POOL,
    databasePrepare: read.DATABASE_PREPARE === "on",
    smtpUrl: read.SMTP_URL ?? null,
    oidc: oidcOf(read),
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

/** What checking the audit trail needs, and no more: an auditor's machine is not the server. */
export function readAuditEnv(source: Record<string, string | undefined> = process.env) {
  const parsed = variables
    .pick({
      DATABASE_URL: true,
      DATABASE_DIRECT_URL: true,
      HOLDFAST_DATA_DIR: true,
      AUDIT_KEY: true,
      AUDIT_KEYS: true,
    })
    .safeParse(given(source));
  if (!parsed.success) throw new EnvError(parsed.error.issues.map(lineOf));
  const dataDir = resolve(parsed.data.HOLDFAST_DATA_DIR);
  const made = readKeptSecret(dataDir, "audit-key");
  const auditKeys = givenAuditKeys(parsed.data) ?? (made ? firstVersion(made) : undefined);
  if (!auditKeys)
    throw new EnvError([
      `AUDIT_KEY is missing, and ${dataDir} holds none; name the key that made the seals.`,
    ]);
  const { DATABASE_URL: databaseUrl = null, DATABASE_DIRECT_URL: directUrl = null } = parsed.data;
  return { dataDir, databaseUrl, directUrl, auditKeys };
}

/** An empty variable is one that is not set. */
const given = (source: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
const lineOf = (issue: z.core.$ZodIssue) => `${issue.path.join(".")} ${issue.message}.`;

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

/** Past a pooler, which would lose LISTEN; but never as the login that may create roles. */
function listenUrlOf({ DATABASE_URL: url, DATABASE_DIRECT_URL: direct }: Variables): string | null {
  if (!url || !direct) return null;
  const { username, password } = new URL(url);
  return Object.assign(new URL(direct), { username, password }).href;
}

const hostInUrl = (host: string) => (host.includes(":") ? `[${host}]` : host);

/** Outside production secrets are made on the first start. */
function kept(dataDir: string, name: string): string {
  try {
    return keptSecret(dataDir, name);
  } catch (error) {
    throw unusable(dataDir, error);
  }
}

function unusable(dataDir: string, error: unknown): EnvError {
  return new EnvError([
    `HOLDFAST_DATA_DIR ${dataDir} can not be used (${(error as Error).message}); name a folder that you may write to.`,
  ]);
}

/** Next sends usage data unless told otherwise; Holdfast sends nothing anywhere. */
export function silenceTelemetry(): void {
  process.env.NEXT_TELEMETRY_DISABLED = "1";
}
