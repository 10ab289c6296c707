import { connect, connectForTransactions, type Sql, type TransactionPool } from "@/db/client";
import { startEmbedded } from "@/db/embedded";
import { createListener, type Listener } from "@/db/listener";
import { migrate, pendingMigrations } from "@/db/migrate";
import { createNotifier, type Notifier } from "@/db/notifier";
import { faultsOfLogin, lacksRoles } from "@/db/standing";
import { type Env, EnvError } from "@/server/env";
import type { Log } from "@/server/platform/log";
import { describeFailure } from "@/server/runtime/failure";

/** The pools, and the server behind them where it is ours. */
export interface Connections {
  app: TransactionPool;
  auth: Sql;
  /** Opened when somebody first listens. */
  listener: Listener;
  /** Tells of what was committed in a workspace. */
  notifier: Notifier;
  /** Where LISTEN is heard. */
  listenUrl: string;
  /** Reads who calls: by itself, because a sign-up holds its connection while the password is hashed. */
  identify: Sql;
  close(): Promise<void>;
}

/** @throws EnvError when the database can not be used. */
export async function openConnections(
  env: Env,
  report: (line: string) => void,
  log: Log,
): Promise<Connections> {
  if (env.database) return openPools(env, env.database, log);
  const server = await startEmbedded({ dataDir: env.dataDir, report });
  const urls = { url: server.url("holdfast_app"), authUrl: server.url("holdfast_auth") };
  try {
    await migrate({ adminUrl: server.url("postgres"), appUrl: urls.url, authUrl: urls.authUrl, report });
    const pools = await openPools(env, urls, log);
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

/** On which it is said that something changed in a workspace. */
const CHANGES = "task_change";

async function openPools(env: Env, urls: { url: string; authUrl: string }, log: Log): Promise<Connections> {
  const prepare = env.databasePrepare;
  const app = connectForTransactions(urls.url, { max: env.databasePool, prepare });
  const auth = connect(urls.authUrl, { max: Math.max(2, Math.ceil(env.databasePool / 2)), prepare });
  const identify = connect(urls.authUrl, { max: Math.max(2, Math.ceil(env.databasePool / 4)), prepare });
  const listenUrl = env.listenUrl ?? urls.url;
  const listener = createListener({ url: listenUrl, channel: CHANGES });
  const notifier = createNotifier({
    ...{ sql: identify, channel: CHANGES, prepare },
    failed: (error) =>
      log.error({ event: "notices_not_sent", ...describeFailure(error) }, "streams look by themselves"),
  });
  const close = async () => {
    await notifier.close();
    await Promise.all([listener.close(), ...[app, auth, identify].map((pool) => pool.end({ timeout: 5 }))]);
  };
  try {
    const faults = await standing(app, auth);
    if (faults.length > 0) throw new EnvError(faults);
    return { app, auth, identify, listener, notifier, listenUrl, close };
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

/** Whether a pool answers, within two seconds. */
export async function answers(sql: Sql): Promise<"ok" | "unavailable"> {
  const late = new Promise<"unavailable">((resolve) => setTimeout(resolve, 2000, "unavailable").unref());
  return Promise.race([
    late,
    sql`select 1`.then(
      () => "ok" as const,
      () => "unavailable" as const,
    ),
  ]);
}
