import { connect, overPool, type Sql } from "@/db/client";
import { startEmbedded } from "@/db/embedded";
import { migrate, pendingMigrations } from "@/db/migrate";
import { faultsOfLogin, lacksRoles } from "@/db/standing";
import { openTransaction, sqlState, type Transaction, type TransactionSettings } from "@/db/transaction";
import { type Env, EnvError, readEnv } from "@/server/env";
import { createLimiter, type Limiter } from "@/server/guard/limiter";
import { createSealer } from "@/server/guard/seal";
import { REACHABLE_AUTH_PATHS } from "@/server/http/auth-routes";
import { type Auth, createAuth } from "@/server/identity/auth";
import { firstAdminLink } from "@/server/identity/first-admin";
import type { Principal } from "@/server/identity/identity";
import { createPasswordCheck, type IsCommonPassword } from "@/server/identity/passwords";
import { createIdentify } from "@/server/identity/session";
import { createCookieReader } from "@/server/identity/session-cookie";
import { createHeadTeller } from "@/server/platform/audit-heads";
import { type Job, repeat } from "@/server/platform/jobs";
import { createLimitStore } from "@/server/platform/limits/store";
import { createLog, type Log } from "@/server/platform/log";
import { createMailer } from "@/server/platform/mail";

/**
 * All that lives as long as the process. Next's bundle has module graphs of its own, so it is handed over as plain
 * functions and data: no `instanceof`, no module state.
 */
export interface Runtime {
  env: Env;
  auth: Auth;
  /** Origins from which browsers may write. */
  origins: readonly string[];
  isCommonPassword: IsCommonPassword;
  /** Whether a Cookie header holds a session that we did not sign. Costs no database and no wait. */
  isForged(cookie: string | undefined): boolean;
  identify(headers: Headers): Promise<Principal>;
  limiter: Limiter;
  openTransaction(settings: TransactionSettings): Transaction;
  /** Writes an unexpected error to the log, without the values of its query. */
  reportFailure(error: unknown, where: { requestId: string; path: string | undefined }): void;
  parts(): Promise<Record<string, "ok" | "unavailable">>;
  /** A link for the terminal, while there is no admin and the mode is for one machine. */
  firstAdminLink(): Promise<string | null>;
  close(): Promise<void>;
}

interface Connections {
  app: Sql;
  auth: Sql;
  close(): Promise<void>;
}

/** @throws EnvError when the configuration or the database can not be used; the message says what and how to mend it. */
export async function createRuntime(env: Env, report: (line: string) => void = () => {}): Promise<Runtime> {
  const log = openLog(env);
  const announce = openHeads(env, log);
  const { app, auth: authSql, close } = await openConnections(env, report);
  const origins = originsOf(env);
  const tokenOf = createCookieReader({ secret: env.secret, secure: env.baseUrl.startsWith("https://") });
  const store = createLimitStore(env.limitStore);
  const auth = createAuth({
    db: overPool(authSql),
    baseUrl: env.baseUrl,
    secret: env.secret,
    origins,
    reachable: REACHABLE_AUTH_PATHS,
    verifyEmail: env.mode === "production",
    sendMail: createMailer(env),
    log,
  });
  const open: Runtime["openTransaction"] = (settings) =>
    openTransaction(app, settings, { prepare: env.databasePrepare });
  const sealAudit = createSealer({ openTransaction: open, keys: env.auditKeys, announce });
  const sealing = repeat({
    every: env.auditSealEvery,
    work: sealAudit,
    failed: (error) => log.error({ event: "audit_not_sealed", ...describe(error) }, "audit not sealed"),
  });
  return {
    env,
    auth,
    origins,
    isCommonPassword: createPasswordCheck(),
    isForged: (cookie) => tokenOf(cookie) === null,
    identify: createIdentify({ sql: authSql, tokenOf }),
    limiter: createLimiter({ budgets: env.limits, store, secret: env.secret, log }),
    openTransaction: open,
    reportFailure: (error, where) => log.error({ ...where, ...describe(error) }, "request failed"),
    parts: async () => ({ database: await answers(app) }),
    firstAdminLink: () =>
      env.mode === "production" ? Promise.resolve(null) : firstAdminLink(authSql, env.baseUrl),
    close: async () => {
      await ended(sealing);
      store.close();
      await close();
      log.flush();
    },
  };
}

function openLog(env: Env): Log {
  try {
    return createLog(env);
  } catch (error) {
    const line = `HOLDFAST_DATA_DIR ${env.dataDir} can not be used (${(error as Error).message}); name a folder that you may write to.`;
    throw new EnvError([line], { cause: error });
  }
}

function openHeads(env: Env, log: Log): ReturnType<typeof createHeadTeller> {
  try {
    return createHeadTeller(log, env.auditHeadsFile);
  } catch (error) {
    const line = `AUDIT_HEADS_FILE ${env.auditHeadsFile} can not be written (${(error as Error).message}); name a file that you may append to.`;
    throw new EnvError([line], { cause: error });
  }
}

/** What was written down last is sealed before we go, but a database that does not answer holds no shutdown up. */
async function ended(job: Job): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, 2_000).unref());
  await Promise.race([job.stop(), late]);
}

async function openConnections(env: Env, report: (line: string) => void): Promise<Connections> {
  if (env.database) return openPools(env, env.database);
  const server = await startEmbedded({ dataDir: env.dataDir, report });
  const urls = { url: server.url("holdfast_app"), authUrl: server.url("holdfast_auth") };
  try {
    await migrate({ adminUrl: server.url("postgres"), appUrl: urls.url, authUrl: urls.authUrl, report });
    const pools = await openPools(env, urls);
    return {
      ...pools,
      close: async () => {
        await pools.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function openPools(env: Env, urls: { url: string; authUrl: string }): Promise<Connections> {
  const prepare = env.databasePrepare;
  const app = connect(urls.url, { max: env.databasePool, prepare });
  const auth = connect(urls.authUrl, { max: Math.max(2, Math.ceil(env.databasePool / 2)), prepare });
  const close = async () => {
    await Promise.all([app.end({ timeout: 5 }), auth.end({ timeout: 5 })]);
  };
  try {
    const faults = await standing(app, auth);
    if (faults.length > 0) throw new EnvError(faults);
    return { app, auth, close };
  } catch (error) {
    await close();
    throw error instanceof EnvError ? error : new EnvError([unusable(urls.url, error)]);
  }
}

async function standing(app: Sql, auth: Sql): Promise<string[]> {
  const faults = await faultsOfLogin(app, "DATABASE_URL");
  if (faults.length > 0) return faults;
  if (await lacksRoles(app))
    return ["DATABASE_URL names a database without Holdfast's roles; run npm run db:migrate first."];
  const authFaults = await faultsOfLogin(auth, "DATABASE_AUTH_URL");
  if (authFaults.length > 0) return authFaults;
  const pending = await pendingMigrations(auth);
  return pending > 0
    ? [`The database lacks ${pending} migration(s) of this release; run npm run db:migrate first.`]
    : [];
}

function unusable(url: string, error: unknown): string {
  const { host, pathname } = new URL(url);
  const cause = error as { code?: string; message?: string };
  const why = cause.message || cause.code || "no answer";
  return `DATABASE_URL: the database ${pathname.slice(1)} at ${host} can not be used (${why.split("\n")[0]}); check the address, the login and its password.`;
}

/** On one machine its three names are one site; elsewhere only the address that people use. */
function originsOf(env: Env): string[] {
  if (env.mode === "production") return [env.baseUrl];
  const local = ["localhost", "127.0.0.1", "[::1]"].map((host) => `http://${host}:${env.port}`);
  return [...new Set([env.baseUrl, ...local])];
}

/** Drizzle puts a query and its values into its message: only the state, the kind and the place are kept. */
function describe(error: unknown): Record<string, unknown> {
  const root = rootCause(error);
  const frames = root.stack
    ?.split("\n")
    .filter((line) => line.trimStart().startsWith("at "))
    .slice(0, 6);
  return {
    kind: root.name,
    sqlState: sqlState(error),
    message: sqlState(error) ? undefined : root.message,
    frames,
  };
}

function rootCause(error: unknown): Error {
  let current = error;
  while (current instanceof Error && current.cause instanceof Error) current = current.cause;
  return current instanceof Error ? current : new Error("not an error object");
}

async function answers(sql: Sql): Promise<"ok" | "unavailable"> {
  const late = new Promise<"unavailable">((resolve) => setTimeout(resolve, 2000, "unavailable").unref());
  return Promise.race([
    late,
    sql`select 1`.then(
      () => "ok" as const,
      () => "unavailable" as const,
    ),
  ]);
}

const KEY = Symbol.for("holdfast.runtime");
type Shared = typeof globalThis & { [KEY]?: Promise<Runtime> };

/** The runtime of this process; made on the first call unless `server/main.ts` made it before. */
export function getRuntime(): Promise<Runtime> {
  const shared = globalThis as Shared;
  shared[KEY] ??= createRuntime(readEnv());
  return shared[KEY];
}

/** Hands a runtime to Next's bundle in the same process. */
export function shareRuntime(runtime: Runtime): void {
  (globalThis as Shared)[KEY] = Promise.resolve(runtime);
}
