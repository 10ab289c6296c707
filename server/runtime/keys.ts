import type { Sql } from "@/db/client";
import type { Env } from "@/server/env";
import { type Alert, keyIsElsewhere } from "@/server/guard/alerts/alert";
import { overLimit } from "@/server/guard/errors";
import type { Limiter } from "@/server/guard/limiter";
import { createCertificateFinder, createCertificates } from "@/server/identity/keys/certificate";
import { createKeyFinder } from "@/server/identity/keys/find";
import { createKeyUsage } from "@/server/identity/keys/usage";
import type { Records } from "@/server/identity/records/record";
import { repeat } from "@/server/platform/jobs";
import type { Log } from "@/server/platform/log";
import { describeFailure } from "@/server/runtime/failure";

/** Milliseconds between two looks for uses to write; most of them find that it is not time yet. */
const LOOK_EVERY_MS = 1_000;

interface KeysOptions {
  env: Env;
  /** As holdfast_auth. */
  sql: Sql;
  records: Records;
  limiter: Limiter;
  raise(alert: Alert): void;
  log: Log;
}

/** Who calls by a key or a certificate, and what is noted of it. */
export function openKeys({ env, sql, records, limiter, raise, log }: KeysOptions) {
  const certificates = createCertificates(env.mtlsHeader);
  const usage = createKeyUsage({
    sql,
    onNewNetwork: (use) => raise(keyIsElsewhere(Date.now(), use)),
  });
  const writing = repeat({
    every: LOOK_EVERY_MS,
    work: () => usage.flush(),
    failed: (error) =>
      log.error({ event: "key_use_not_written", ...describeFailure(error) }, "key use not written"),
  });
  const spend = async (network: string) => {
    const { outcome } = await limiter.spend([{ name: "auth", by: ["key", network] }]);
    if (outcome !== "within") overLimit(outcome);
  };
  return {
    certificates,
    findKey: createKeyFinder({ records, spend, noteUsed: usage.noteUsed }),
    findCertificate: createCertificateFinder({ ...certificates, records }),
    close: () => writing.stop().then(() => usage.flush(true)),
  };
}
