import { connect, type Sql } from "@/db/client";
import { openEmbedded } from "@/server/cli/trail";
import type { Env } from "@/server/env";

/** Works as Better Auth's login, over the configured database or the embedded one, which may be running. */
export async function overAuth<Result>(env: Env, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  const embedded = env.database ? null : await openEmbedded(env.dataDir);
  const sql = connect(env.database?.authUrl ?? embedded?.authUrl ?? "", { max: 1, prepare: false });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
    await embedded?.close();
  }
}
