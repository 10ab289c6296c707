import { existsSync } from "node:fs";
import { join } from "node:path";
import { connect, forTransactions, type Sql } from "@/db/client";
import { type EmbeddedDatabase, findEmbedded, startEmbedded } from "@/db/embedded";
import { AS_SECURITY } from "@/db/seals";
import { openTransaction, type ScopedDatabase } from "@/db/transaction";
import { EnvError, readAuditEnv } from "@/server/env";
import type { Versions } from "@/server/platform/secrets/versions";

/** The audit trail as a command sees it, and its key. */
export interface Trail {
  keys: Versions;
  /** Reads as security staff do. Nothing of it is kept. */
  read<Result>(look: (tx: ScopedDatabase) => Promise<Result>): Promise<Result>;
  /** Works over a login that may become the owner of the tables. @throws EnvError when none is named. */
  change<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
}

/** Opens the trail of DATABASE_URL, else that of the embedded database, for as long as `work` takes. */
export async function withTrail<Result>(work: (trail: Trail) => Promise<Result>): Promise<Result> {
  const { databaseUrl, directUrl, dataDir, auditKeys: keys } = await readAuditEnv();
  const embedded = databaseUrl ? null : await openEmbedded(dataDir);
  const appUrl = databaseUrl ?? embedded?.appUrl ?? "";
  const ownersUrl = databaseUrl ? directUrl : embedded?.ownersUrl;
  try {
    return await work({
      keys,
      read: (look) => over(appUrl, (sql) => inTransaction(sql, look)),
      change: async (write) => {
        if (!ownersUrl) throw new EnvError([MISSING]);
        return over(ownersUrl, write);
      },
    });
  } finally {
    await embedded?.close();
  }
}

const MISSING =
  "DATABASE_DIRECT_URL is missing; it names the login that migrates, and no login of the application may change the trail.";

async function over<Result>(url: string, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  const sql = connect(url, { max: 1, prepare: false });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function inTransaction<Result>(
  sql: Sql,
  look: (tx: ScopedDatabase) => Promise<Result>,
): Promise<Result> {
  const transaction = openTransaction(forTransactions(sql), AS_SECURITY, { prepare: false });
  try {
    return await look(transaction.db);
  } finally {
    await transaction.rollback();
  }
}

/** The server that runs on the folder, else one of ours for as long as this takes. */
export async function openEmbedded(dataDir: string) {
  if (!existsSync(join(dataDir, "postgres")))
    throw new Error(`there is no database in ${dataDir}; set DATABASE_URL or HOLDFAST_DATA_DIR`);
  const running = await findEmbedded(dataDir);
  if (running) return { ...urlsOf(running), close: async () => {} };
  const started = await startEmbedded({ dataDir, report: (line) => console.error(`holdfast: ${line}`) });
  return { ...urlsOf(started), close: started.stop };
}

const urlsOf = ({ url }: Pick<EmbeddedDatabase, "url">) => ({
  appUrl: url("holdfast_app"),
  authUrl: url("holdfast_auth"),
  ownersUrl: url("postgres"),
});
