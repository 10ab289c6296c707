import { resolve } from "node:path";
import { faultsOf, givenAuditKeys, type Mode } from "@/server/env/faults";
import { type Inventory, inventoryOf } from "@/server/env/inventory";
import { KEPT_AUDIT, keptOrGiven, keptVersions } from "@/server/env/kept";
import { type OidcEnv, oidcOf } from "@/server/env/oidc";
import { gatherSecrets } from "@/server/env/sources";
import { authUrlOf, hostInUrl, listenUrlOf } from "@/server/env/urls";
import { given, lineOf, type Variables, variables } from "@/server/env/variables";
import { type Budgets, budgetsOf } from "@/server/guard/limits";
import { readKeptSecret } from "@/server/platform/secrets/kept";
import type { SecretSet } from "@/server/platform/secrets/live";
import { SECRET_NAMES, type Settings } from "@/server/platform/secrets/provider";
import { type DatedVersions, type Versions, versionedSecrets } from "@/server/platform/secrets/versions";

/** What the process was told, checked once. Nothing else reads `process.env`. */
export interface Env {
  mode: Mode;
  host: string;
  port: number;
  baseUrl: string;
  dataDir: string;
  /** Who issues access tokens, and for whom: one pair, for issuing and for verifying. */
  tokens: { issuer: string; audience: string };
  /** As they were at the start; what lives asks the runtime's `secrets` at each use. */
  authSecrets: DatedVersions;
  /** Seal the audit trail; as they were at the start. */
  auditKeys: Versions;
  /** Where the two are held, and how to look again. */
  secretSource: SecretSource;
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
  /** The header in which such a peer hands on a client certificate that it verified; null: none counts. */
  mtlsHeader: string | null;
  /** Other sites whose pages may call the API, with a credential of their own and never with our cookie. */
  corsOrigins: readonly string[];
  /** Most requests under way at once; further ones are 503. */
  maxInFlight: number;
  /** Most calls of procedures at work at once, further ones wait: by default fewer than there are connections. */
  maxCalls: number;
  databasePool: number;
  databasePrepare: boolean;
  smtpUrl: string | null;
  /** A server that is reached by smtp: must offer STARTTLS; smtps: is TLS from its first byte. */
  smtpRequiresTls: boolean;
  /** The address that letters come from; null: no-reply at the host of `baseUrl`. */
  mailFrom: string | null;
  /** The OpenID Connect provider that people may sign in with; null: none. */
  oidc: OidcEnv | null;
  /** Sizes and windows of all budgets: the table of guard/limits.ts, changed by HOLDFAST_LIMITS. */
  limits: Budgets;
  /** Where processes count together; null: this one counts for itself. */
  limitStore: { kind: "redis"; url: string } | { kind: "upstash"; url: string; token: string } | null;
}

interface SecretSource {
  /** Files to watch; none when secrets can only change with a restart. */
  files: readonly string[];
  /** Milliseconds between looks; null when there is nothing to look at. */
  every: number | null;
  /** @throws EnvError when what is there now can not be used. */
  reread(): Promise<SecretSet>;
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

/** As `readEnv`, with the secrets that lie in files and in a Dapr store. @throws EnvError */
export async function loadEnv(source: Settings = process.env): Promise<Env> {
  const { settings, held } = await gathered(source, SECRET_NAMES);
  const env = readEnv(settings);
  const files = [...held.values()].flatMap(({ file }) => file ?? []);
  const { secretSource } = env;
  return {
    ...env,
    secretSource: {
      files: [...secretSource.files, ...files],
      every: everyOf(source, files.length > 0) ?? secretSource.every,
      reread: async () => {
        const again = await gathered(source, SECRET_NAMES, AGAIN);
        return secretsOf(readEnv(again.settings, AGAIN));
      },
    },
  };
}

const AGAIN = { isStart: false };
/** Files are watched besides; a store is only asked. */
const FILES_EVERY_MS = 2_000;
const DAPR_EVERY_MS = 60_000;

function everyOf({ DAPR_SECRET_STORE: store }: Settings, inFiles: boolean): number | null {
  if (inFiles) return FILES_EVERY_MS;
  return store ? DAPR_EVERY_MS : null;
}

/** @throws EnvError with one line for each thing that is missing, malformed or weak. */
export function readEnv(source: Settings = process.env, { isStart = true } = {}): Env {
  const parsed = variables.safeParse(given(source));
  if (!parsed.success) throw new EnvError(parsed.error.issues.map(lineOf));
  const read = parsed.data;
  const mode = read.HOLDFAST_MODE ?? (read.DATABASE_URL ? "production" : "embedded");
  const { budgets, faults: faultsOfLimits } = budgetsOf(read.HOLDFAST_LIMITS, mode === "production");
  const faults = [...faultsOf(mode, read), ...faultsOfLimits];
  if (faults.length > 0) throw new EnvError(faults);
  const dataDir = resolve(read.HOLDFAST_DATA_DIR);
  const secrets = keptIn(dataDir, read, isStart);
  const baseUrl = new URL(read.BETTER_AUTH_URL ?? `http://${hostInUrl(read.HOST)}:${read.PORT}`).origin;
  return {
    mode,
    host: read.HOST,
    port: read.PORT,
    baseUrl,
    dataDir,
    authSecrets: secrets.auth,
    auditKeys: secrets.audit,
    secretSource: {
      files: secrets.files,
      every: secrets.files.length > 0 ? FILES_EVERY_MS : null,
      reread: async () => secretsOf(readEnv(source, AGAIN)),
    },
    tokens: { issuer: read.JWT_ISSUER ?? baseUrl, audience: read.JWT_AUDIENCE ?? baseUrl },
    auditHeadsFile: read.AUDIT_HEADS_FILE ? resolve(read.AUDIT_HEADS_FILE) : null,
    auditHeadsUrl: read.AUDIT_HEADS_URL ?? null,
    auditSealEvery: read.AUDIT_SEAL_EVERY,
    database: read.DATABASE_URL
      ? { url: read.DATABASE_URL, authUrl: read.DATABASE_AUTH_URL ?? authUrlOf(read.DATABASE_URL) }
      : null,
    listenUrl: listenUrlOf(read),
    streamLongest: read.STREAM_LONGEST,
    trustedProxies: read.TRUSTED_PROXIES,
    mtlsHeader: read.MTLS_HEADER ?? null,
    corsOrigins: read.CORS_ORIGINS,
    maxInFlight: read.MAX_IN_FLIGHT,
    maxCalls: read.MAX_CALLS ?? Math.max(2, Math.floor(read.DATABASE_POOL * 0.8)),
    databasePool: read.DATABASE_POOL,
    databasePrepare: read.DATABASE_PREPARE === "on",
    smtpUrl: read.SMTP_URL ?? null,
    smtpRequiresTls: mode === "production",
    mailFrom: read.MAIL_FROM ?? null,
    oidc: oidcOf(read),
    limits: budgets,
    limitStore: limitStoreOf(read),
  };
}

/** What migrating needs, and no more: it may run where no secret is. */
export async function readDatabaseEnv(source: Settings = process.env) {
  const { settings } = await gathered(source, ["DATABASE_URL", "DATABASE_AUTH_URL", "DATABASE_DIRECT_URL"]);
  const parsed = variables
    .pick({ DATABASE_URL: true, DATABASE_AUTH_URL: true, DATABASE_DIRECT_URL: true })
    .safeParse(settings);
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
export async function readAuditEnv(source: Settings = process.env) {
  const names = ["DATABASE_URL", "DATABASE_DIRECT_URL", "AUDIT_KEY", "AUDIT_KEYS"] as const;
  const { settings } = await gathered(source, names);
  const parsed = variables
    .pick({
      DATABASE_URL: true,
      DATABASE_DIRECT_URL: true,
      HOLDFAST_DATA_DIR: true,
      AUDIT_KEY: true,
      AUDIT_KEYS: true,
    })
    .safeParse(given(settings));
  if (!parsed.success) throw new EnvError(parsed.error.issues.map(lineOf));
  const dataDir = resolve(parsed.data.HOLDFAST_DATA_DIR);
  const made = readKeptSecret(dataDir, KEPT_AUDIT);
  const auditKeys = givenAuditKeys(parsed.data) ?? (made ? keptVersions(versionedSecrets, made) : undefined);
  if (!auditKeys)
    throw new EnvError([
      `AUDIT_KEY is missing, and ${dataDir} holds none; name the key that made the seals.`,
    ]);
  const { DATABASE_URL: databaseUrl = null, DATABASE_DIRECT_URL: directUrl = null } = parsed.data;
  return { dataDir, databaseUrl, directUrl, auditKeys };
}

function limitStoreOf(read: Variables): Env["limitStore"] {
  if (read.REDIS_URL) return { kind: "redis", url: read.REDIS_URL };
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = read;
  return url && token ? { kind: "upstash", url, token } : null;
}

/** Which secrets are set, and where: what `holdfast secrets` looks at. Makes none. */
export const readInventory = (source: Settings = process.env): Promise<Inventory> => inventoryOf(source);

/** @throws EnvError when a place of secrets can not be read. */
async function gathered(...looking: Parameters<typeof gatherSecrets>) {
  return gatherSecrets(...looking).catch((error: Error) => {
    throw error.name === "SecretsUnavailable" ? new EnvError([error.message]) : error;
  });
}

const secretsOf = ({ authSecrets, auditKeys }: Env): SecretSet => ({ auth: authSecrets, audit: auditKeys });

function keptIn(...kept: Parameters<typeof keptOrGiven>) {
  try {
    return keptOrGiven(...kept);
  } catch (error) {
    throw unusable(kept[0], error);
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
