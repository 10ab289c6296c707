import type { Sql } from "@/db/client";
import type { Env } from "@/server/env";
import { createSealer } from "@/server/guard/seal";
import { encryptionKey } from "@/server/identity/encryption-key";
import { reencryptTotp } from "@/server/identity/factors/reencryption";
import type { createHeadPoster } from "@/server/platform/audit-heads-url";
import { repeat } from "@/server/platform/jobs";
import type { Log } from "@/server/platform/log";
import type { Post } from "@/server/platform/mail/post";
import type { LiveSecrets } from "@/server/platform/secrets/live";
import type { Runtime } from "@/server/runtime";
import { writeOfAlerts } from "@/server/runtime/alert-letters";
import { ended } from "@/server/runtime/evidence";
import { describeFailure } from "@/server/runtime/failure";
import type { openHeads } from "@/server/runtime/folder";
import { sweep } from "@/server/runtime/sweeping";

interface JobsOptions {
  env: Pick<Env, "auditSealEvery" | "baseUrl">;
  openTransaction: Runtime["openTransaction"];
  /** As holdfast_auth. */
  sql: Sql;
  /** The same, and no adapter's. */
  factorsSql: Sql;
  secrets: LiveSecrets;
  keepHead: ReturnType<typeof openHeads>;
  poster: ReturnType<typeof createHeadPoster> | null;
  mail: Post;
  log: Log;
}

/** What is done again and again, whoever asks for what. */
export function startJobs(options: JobsOptions): { stop(): Promise<void> } {
  const { env, openTransaction, sql, factorsSql, secrets, keepHead, poster, mail, log } = options;
  const failed = (event: string, message: string) => (error: unknown) =>
    log.error({ event, ...describeFailure(error) }, message);
  const sealing = repeat({
    every: env.auditSealEvery,
    work: createSealer({
      openTransaction,
      keys: secrets.audit,
      announce: (head) => {
        keepHead(head);
        poster?.post(head);
      },
    }),
    failed: failed("audit_not_sealed", "audit not sealed"),
  });
  const sweeping = repeat({
    every: 60_000,
    work: () => sweep(openTransaction),
    failed: failed("changes_not_swept", "old changes not swept"),
  });
  const writing = repeat({
    every: 10_000,
    work: () => writeOfAlerts({ openTransaction, sql, later: mail.later, baseUrl: env.baseUrl }),
    failed: failed("alerts_not_mailed", "alerts not mailed"),
  });
  const reencrypting = repeat({
    every: 60_000,
    work: () => reencryptTotp(factorsSql, encryptionKey(secrets.auth())),
    failed: failed("secrets_not_reencrypted", "authenticator secrets not encrypted anew"),
  });
  return {
    // What was written down last is sealed before we go.
    stop: async () => {
      await Promise.all([
        ended(sealing.stop()),
        ended(sweeping.stop()),
        ended(reencrypting.stop()),
        ended(writing.stop().then(mail.stop)),
      ]);
    },
  };
}
