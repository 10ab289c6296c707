import { overPool } from "@/db/client";
import {
  openTransaction,
  type ScopedDatabase,
  type Transaction,
  type TransactionSettings,
} from "@/db/transaction";
import { type Env, EnvError, readEnv } from "@/server/env";
import { chainIsBroken, limitStoreDown } from "@/server/guard/alerts/alert";
import { createLimiter, type Limiter } from "@/server/guard/limiter";
import type { Recorder } from "@/server/guard/refusals/recorder";
import { createSealer } from "@/server/guard/seal";
import { type Verdict, verifyPart } from "@/server/guard/seal-verify";
import { createStreams, type Streams } from "@/server/guard/streams";
import { REACHABLE_AUTH_PATHS } from "@/server/http/auth-routes";
import { isServed } from "@/server/http/auth-routes-oidc";
import { type Auth, createAuth } from "@/server/identity/auth";
import { createDevices, type Devices } from "@/server/identity/device-cookie";
import { firstAdminLink } from "@/server/identity/first-admin";
import { createIdentify } from "@/server/identity/identify";
import type { Principal } from "@/server/identity/identity";
import { providerIdOf } from "@/server/identity/oidc/issuer";
import { createPasswordCheck, type IsCommonPassword } from "@/server/identity/passwords";
import type { Records } from "@/server/identity/records/record";
import { createCookieReader } from "@/server/identity/session-cookie";
import { createHeadTeller } from "@/server/platform/audit-heads";
import { createHeadPoster } from "@/server/platform/audit-heads-url";
import { createDigest, type Digest } from "@/server/platform/digest";
import { repeat } from "@/server/platform/jobs";
import { createLimitStore } from "@/server/platform/limits/store";
import { createLog, type Log } from "@/server/platform/log";
import { createMailer } from "@/server/platform/mail";
import { openAccess } from "@/server/runtime/access";
import { answers, openConnections } from "@/server/runtime/connections";
import { ended, openEvidence } from "@/server/runtime/evidence";
import { describeFailure } from "@/server/runtime/failure";
import { sweep } from "@/server/runtime/sweeping";

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
  /** Resolves when changes of access that are committed are known to this process. */
  settleAccess: Records["settle"];
  /** The provider that people may sign in with, as its button needs it; null: none. */
  signInProvider: { id: string; name: string } | null;
  limiter: Limiter;
  streams: Streams;
  /** Devices known from an earlier sign-in. */
  devices: Devices;
  digest: Digest;
  /** Leaves evidence of a refusal in the audit trail. Costs no wait and no connection. */
  noteRefusal: Recorder["note"];
  raiseAlert: Recorder["raise"];
  openTransaction(settings: TransactionSettings): Transaction;
  /** Walks a part of the sealed audit trail, from seal `from`. */
  verifyTrail(tx: ScopedDatabase, from: number): Promise<Verdict>;
  /** Writes an unexpected error to the log, without the values of its query. */
  reportFailure(error: unknown, where: { requestId: string; path: string | undefined }): void;
  parts(): Promise<Record<string, "ok" | "unavailable">>;
  /** A link for the terminal, while there is no admin and the mode is for one machine. */
  firstAdminLink(): Promise<string | null>;
  close(): Promise<void>;
}

/** @throws EnvError when the configuration or the database can not be used; the message says what and how to mend it. */
export async function createRuntime(env: Env, report: (line: string) => void = () => {}): Promise<Runtime> {
  const log = openLog(env);
  const keepHead = openHeads(env, log);
  const poster = env.auditHeadsUrl ? createHeadPoster({ url: env.auditHeadsUrl, log }) : null;
  const connections = await openConnections(env, report);
  const { app, auth: authSql, identify: identifySql, listener, listenUrl, close } = connections;
  const origins = originsOf(env);
  const secure = env.baseUrl.startsWith("https://");
  const tokenOf = createCookieReader({ secret: env.secret, secure });
  const store = createLimitStore(env.limitStore);
  const auth = createAuth({
    db: overPool(authSql),
    baseUrl: env.baseUrl,
    secret: env.secret,
    origins,
    reachable: new Set([...REACHABLE_AUTH_PATHS].filter((path) => isServed(path, env.oidc))),
    verifyEmail: env.mode === "production",
    oidc: env.oidc,
    sendMail: createMailer(env),
    log,
  });
  const open: Runtime["openTransaction"] = (settings) =>
    openTransaction(app, settings, { prepare: env.databasePrepare });
  const digest = createDigest(env.secret);
  const evidence = openEvidence({ openTransaction: open, digest, log });
  const access = openAccess({ sql: identifySql, listenUrl, log, raise: evidence.raise });
  const sealAudit = createSealer({
    openTransaction: open,
    keys: env.auditKeys,
    announce: (head) => {
      keepHead(head);
      poster?.post(head);
    },
  });
  const sealing = repeat({
    every: env.auditSealEvery,
    work: sealAudit,
    failed: (error) =>
      log.error({ event: "audit_not_sealed", ...describeFailure(error) }, "audit not sealed"),
  });
  const sweeping = repeat({
    every: 60_000,
    work: () => sweep(open),
    failed: (error) =>
      log.error({ event: "changes_not_swept", ...describeFailure(error) }, "old changes not swept"),
  });
  return {
    env,
    auth,
    origins,
    isCommonPassword: createPasswordCheck(),
    isForged: (cookie) => tokenOf(cookie) === null,
    identify: createIdentify({ tokenOf, ...access }),
    settleAccess: access.records.settle,
    signInProvider: env.oidc && { id: providerIdOf(env.oidc.issuer), name: env.oidc.name },
    streams: createStreams({ longest: env.streamLongest, listener, onAccess: access.records.onDrop }),
    limiter: createLimiter({
      ...{ budgets: env.limits, store, secret: env.secret, log },
      alert: () => evidence.raise(limitStoreDown(Date.now())),
    }),
    devices: createDevices({ digest, secure }),
    digest,
    noteRefusal: evidence.note,
    raiseAlert: evidence.raise,
    openTransaction: open,
    verifyTrail: async (tx, from) => {
      const verdict = await verifyPart({ tx, keys: env.auditKeys, from });
      if (!verdict.whole) evidence.raise(chainIsBroken(Date.now(), verdict.fault));
      return verdict;
    },
    reportFailure: (error, where) => log.error({ ...where, ...describeFailure(error) }, "request failed"),
    parts: async () => ({ database: await answers(app) }),
    firstAdminLink: () =>
      env.mode === "production" ? Promise.resolve(null) : firstAdminLink(authSql, env.baseUrl),
    close: async () => {
      await access.close();
      await evidence.close();
      // What was written down last is sealed before we go.
      await Promise.all([ended(sealing.stop()), ended(sweeping.stop())]);
      await poster?.stop();
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

/** On one machine its three names are one site; elsewhere only the address that people use. */
function originsOf(env: Env): string[] {
  if (env.mode === "production") return [env.baseUrl];
  const local = ["localhost", "127.0.0.1", "[::1]"].map((host) => `http://${host}:${env.port}`);
  return [...new Set([env.baseUrl, ...local])];
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
