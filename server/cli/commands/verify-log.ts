import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect } from "@/db/client";
import { findEmbedded, startEmbedded } from "@/db/embedded";
import { AS_SECURITY } from "@/db/seals";
import { openTransaction } from "@/db/transaction";
import { readAuditEnv } from "@/server/env";
import { type Verdict, verifySeals } from "@/server/guard/seal-verify";
import { readHeads } from "@/server/platform/audit-heads";
import type { Versions } from "@/server/platform/secrets/versions";

interface Found {
  url: string;
  close(): Promise<void>;
}

/** `log verify`: 0 when the trail is whole, 1 when it is not, with one line that says what and where. */
export async function verifyLog(args: string[]): Promise<number> {
  const options = { heads: { type: "string" }, json: { type: "boolean", default: false } } as const;
  const { values } = parseArgs({ args, options });
  const heads = values.heads === undefined ? new Map<number, string>() : readHeads(values.heads);
  const { databaseUrl, dataDir, auditKeys } = readAuditEnv();
  const database = databaseUrl ? { url: databaseUrl, close: async () => {} } : await openEmbedded(dataDir);
  try {
    const verdict = await verify(database.url, auditKeys, heads);
    console.log(values.json ? JSON.stringify(verdict) : inWords(verdict));
    return verdict.whole ? 0 : 1;
  } finally {
    await database.close();
  }
}

/** The server that runs on the folder, else one of ours for as long as this takes. */
async function openEmbedded(dataDir: string): Promise<Found> {
  if (!existsSync(join(dataDir, "postgres")))
    throw new Error(`there is no database in ${dataDir}; set DATABASE_URL or HOLDFAST_DATA_DIR`);
  const running = await findEmbedded(dataDir);
  if (running) return { url: running.url("holdfast_app"), close: async () => {} };
  const started = await startEmbedded({ dataDir, report: (line) => console.error(`holdfast: ${line}`) });
  return { url: started.url("holdfast_app"), close: started.stop };
}

async function verify(url: string, keys: Versions, heads: ReadonlyMap<number, string>): Promise<Verdict> {
  const sql = connect(url, { max: 1, prepare: false });
  const transaction = openTransaction(sql, AS_SECURITY, { prepare: false });
  try {
    return await verifySeals({ tx: transaction.db, keys, heads });
  } finally {
    await transaction.rollback();
    await sql.end({ timeout: 5 });
  }
}

function inWords(verdict: Verdict): string {
  if (!verdict.whole) return `holdfast: ${verdict.fault.line}`;
  const { rows, seals, unsealed } = verdict;
  return `${rows} rows in ${seals} seals, ${unsealed} not yet sealed: whole`;
}
