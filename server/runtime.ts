import {
  openTransaction,
  type ScopedDatabase,
  type Transaction,
  type TransactionSettings,
} from "@/db/transaction";
import { type Env, loadEnv } from "@/server/env";
import { chainIsBroken, limitStoreDown } from "@/server/guard/alerts/alert";
import { createLimiter, type Limiter } from "@/server/guard/limiter";
import type { Recorder } from "@/server/guard/refusals/recorder";
import { type Verdict, verifyPart } from "@/server/guard/seal-verify";
import { SpentBudgets } from "@/server/guard/spent";
import { createStreams, type Streams } from "@/server/guard/streams";
import type { Auth } from "@/server/identity/auth";
import { createDevices, type Devices } from "@/server/identity/device-cookie";
import { encryptionKey } from "@/server/identity/encryption-key";
import { createFactors, type Factors } from "@/server/identity/factors/factors";
import { firstAdminLink } from "@/server/identity/first-admin";
import { createIdentify, type HeaderReader } from "@/server/identity/identify";
import type { Principal } from "@/server/identity/identity";
import type { Certificates } from "@/server/identity/keys/certificate";
import { createNotices, type Notices } from "@/server/identity/notices";
import { providerIdOf } from "@/server/identity/oidc/issuer";
import { createPasswordCheck, type Hashing, type IsCommonPassword } from "@/server/identity/passwords";
import type { Records } from "@/server/identity/records/record";
import { createCookieReader, createCookieRenewer, type Renewed } from "@/server/identity/session-cookie";
import { resignedToken } from "@/server/identity/signatures";
import { createHeadPoster } from "@/server/platform/audit-heads-url";
import { createDigest, type Digest } from "@/server/platform/digest";
import { createLimitStore } from "@/server/platform/limits/store";
import type { Letter } from "@/server/platform/mail/letter";
import { createMailer } from "@/server/platform/mail/mailer";
import { createPost, type Post } from "@/server/platform/mail/post";
import { createLiveSecrets, type LiveSecrets } from "@/server/platform/secrets/live";
import { currentSecret, liveVersions } from "@/server/platform/secrets/versions";
import { openAccess } from "@/server/runtime/access";
import { openAuth } from "@/server/runtime/auth";
import { answers, openConnections } from "@/server/runtime/connections";
import { ended, openEvidence } from "@/server/runtime/evidence";
import { describeFailure } from "@/server/runtime/failure";
import { openHeads, openLog } from "@/server/runtime/folder";
import { startJobs } from "@/server/runtime/jobs";
import { openKeys } from "@/server/runtime/keys";
import { followSecrets } from "@/server/runtime/secrets";
import { openTokens, type TokenHouse } from "@/server/runtime/tokens";

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
  /** Does a piece of work that hashes, and tells it when it did last. */
  timedByHash: Hashing["timed"];
  /** Whether a Cookie header holds a session that we did not sign. Costs no database and no wait. */
  isForged(cookie: string | undefined): boolean;
  /** The cookies of a request under the current secret; null when they are. */
  renewCookies(cookie: string | null | undefined): Renewed | null;
  /** A token of a mailed link under the current secret. */
  renewToken(token: string): string;
  /** What signs and seals now. */
  secrets: LiveSecrets;
  /** Looks whether secrets were rotated, and tells the log what came of it. */
  reloadSecrets(): Promise<void>;
  identify(headers: HeaderReader): Promise<Principal>;
  /** Resolves when changes of access that are committed are known to this process. */
  settleAccess: Records["settle"];
  /** The provider that people may sign in with, as its button needs it; null: none. */
  signInProvider: { id: string; name: string } | null;
  /** Whether a Cookie header holds a session's cookie, ours or forged. */
  hasSession(cookie: string | null): boolean;
  tokens: TokenHouse;
  certificates: Certificates;
  limiter: Limiter;
  /** Budgets that were found spent a moment ago. */
  spentBudgets: SpentBudgets;
  streams: Streams;
  /** Devices known from an earlier sign-in. */
  devices: Devices;
  digest: Digest;
  /** Second factors of people. */
  factors: Factors;
  /** Leaves evidence of a refusal in the audit trail. Costs no wait and no connection. */
  noteRefusal: Recorder["note"];
  raiseAlert: Recorder["raise"];
  /** Sends a letter behind the answer. Costs no wait, and tells nobody whether it arrived. */
  postMail(letter: Letter): void;
  /** Does work that ends in letters, behind the answer. */
  mailLater: Post["later"];
  notices: Notices;
  openTransaction(settings: TransactionSettings): Transaction;
  /** Tells the streams of a workspace, of this process and of others, to look. Costs no wait. */
  noteChange(workspaceId: string): void;
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
  const connections = await openConnections(env, report, log);
  const { app, auth: authSql, identify: identifySql, listener, listenUrl, close } = connections;
  const origins = originsOf(env);
  const secure = env.baseUrl.startsWith("https://");
  const secrets = createLiveSecrets({ auth: env.authSecrets, audit: env.auditKeys });
  const secret = () => currentSecret(secrets.auth());
  const tokenOf = createCookieReader({ versions: secrets.auth, secure });
  const store = env.limitStore && createLimitStore(env.limitStore);
  const digest = createDigest(secret);
  const mail = createPost({ send: createMailer(env, report), digest, log });
  const factors = createFactors({ sql: identifySql, key: () => encryptionKey(secrets.auth()) });
  const { auth, hashing } = openAuth({
    env,
    sql: authSql,
    secrets,
    factors,
    origins,
    postMail: mail.post,
    log,
  });
  const open: Runtime["openTransaction"] = (settings) =>
    openTransaction(app, settings, { prepare: env.databasePrepare });
  const evidence = openEvidence({ openTransaction: open, digest, log });
  const access = openAccess({ sql: identifySql, listenUrl, log, raise: evidence.raise });
  const limiter = createLimiter({
    ...{ budgets: env.limits, store, secret, log },
    alert: () => evidence.raise(limitStoreDown(Date.now())),
  });
  const keys = openKeys({ env, sql: authSql, records: access.records, limiter, raise: evidence.raise, log });
  const tokens = await openTokens({
    ...{
      parties: env.tokens,
      secrets: secrets.auth,
      sql: identifySql,
      listener,
      records: access.records,
      log,
    },
    ...{ verifyPassword: auth.verifyPassword, verifyEmail: env.mode === "production" },
    secondFactors: { of: factors.secondFactorOf, verify: factors.verifySecondFactor },
  }).catch(async (error: unknown) => {
    await access.close();
    await close();
    throw error;
  });
  const following = followSecrets({ source: env.secretSource, secrets, log });
  const jobs = startJobs({
    env,
    openTransaction: open,
    sql: authSql,
    factorsSql: identifySql,
    secrets,
    keepHead,
    poster,
    mail,
    log,
  });
  return {
    env,
    auth,
    origins,
    isCommonPassword: createPasswordCheck(),
    timedByHash: hashing.timed,
    isForged: (cookie) => tokenOf(cookie) === null,
    renewCookies: createCookieRenewer({ versions: secrets.auth, secure }),
    renewToken: (token) => resignedToken(token, liveVersions(secrets.auth())),
    secrets,
    reloadSecrets: following.reload,
    identify: createIdentify({ tokenOf, ...access, ...keys, bearer: tokens.bearer }),
    hasSession: (cookie) => tokenOf(cookie) !== undefined,
    tokens,
    certificates: keys.certificates,
    settleAccess: access.records.settle,
    signInProvider: env.oidc && { id: providerIdOf(env.oidc.issuer), name: env.oidc.name },
    streams: createStreams({ longest: env.streamLongest, listener, onAccess: access.records.onDrop }),
    limiter,
    spentBudgets: new SpentBudgets(),
    devices: createDevices({
      ...{ digest, secure },
      earlier: () =>
        liveVersions(secrets.auth())
          .slice(1)
          .map((one) => createDigest(() => one.secret)),
    }),
    digest,
    factors,
    noteRefusal: evidence.note,
    raiseAlert: evidence.raise,
    postMail: mail.post,
    mailLater: mail.later,
    notices: createNotices({ sql: authSql, later: mail.later, baseUrl: env.baseUrl }),
    openTransaction: open,
    noteChange: connections.notifier.notify,
    verifyTrail: async (tx, from) => {
      const verdict = await verifyPart({ tx, keys: secrets.audit(), from });
      if (!verdict.whole) evidence.raise(chainIsBroken(Date.now(), verdict.fault));
      return verdict;
    },
    reportFailure: (error, where) => log.error({ ...where, ...describeFailure(error) }, "request failed"),
    parts: async () => ({ database: await answers(app) }),
    firstAdminLink: () =>
      env.mode === "production" ? Promise.resolve(null) : firstAdminLink(authSql, env.baseUrl),
    close: async () => {
      following.stop();
      await access.close();
      await ended(keys.close());
      await Promise.all([evidence.close(), tokens.close()]);
      await jobs.stop();
      await poster?.stop();
      store?.close();
      await close();
      log.flush();
    },
  };
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
  shared[KEY] ??= loadEnv().then((env) => createRuntime(env));
  return shared[KEY];
}

/** Hands a runtime to Next's bundle in the same process. */
export function shareRuntime(runtime: Runtime): void {
  (globalThis as Shared)[KEY] = Promise.resolve(runtime);
}
