import { type Env, EnvError } from "@/server/env";
import { createHeadTeller } from "@/server/platform/audit-heads";
import { createLog, type Log } from "@/server/platform/log";

/** @throws EnvError when the data folder can not be written. */
export function openLog(env: Env): Log {
  try {
    return createLog(env);
  } catch (error) {
    const line = `HOLDFAST_DATA_DIR ${env.dataDir} can not be used (${(error as Error).message}); name a folder that you may write to.`;
    throw new EnvError([line], { cause: error });
  }
}

/** @throws EnvError when the file of heads can not be written. */
export function openHeads(env: Env, log: Log): ReturnType<typeof createHeadTeller> {
  try {
    return createHeadTeller(log, env.auditHeadsFile);
  } catch (error) {
    const line = `AUDIT_HEADS_FILE ${env.auditHeadsFile} can not be written (${(error as Error).message}); name a file that you may append to.`;
    throw new EnvError([line], { cause: error });
  }
}
