import type { Transaction, TransactionSettings } from "@/db/transaction";
import { createLagCheck } from "@/server/guard/alerts/seal-lag";
import { createRecorder, type Recorder } from "@/server/guard/refusals/recorder";
import type { Digest } from "@/server/platform/digest";
import { repeat } from "@/server/platform/jobs";
import type { Log } from "@/server/platform/log";
import { describeFailure } from "@/server/runtime/failure";

const APPEND_EVERY_MS = 1_000;
const LOOK_FOR_LAG_EVERY_MS = 10_000;

interface EvidenceOptions {
  openTransaction(settings: TransactionSettings): Transaction;
  digest: Digest;
  log: Log;
}

interface Evidence extends Pick<Recorder, "note" | "raise"> {
  /** Appends all that waits; what can not be appended is told to the log. */
  close(): Promise<void>;
}

/** The recorder of refusals and alerts, and the jobs that append and look after it. */
export function openEvidence({ openTransaction, digest, log }: EvidenceOptions): Evidence {
  const recorder = createRecorder({ openTransaction, digest, log });
  const failed = (event: string) => (error: unknown) =>
    log.error({ event, ...describeFailure(error) }, event);
  const appending = repeat({
    every: APPEND_EVERY_MS,
    work: () => recorder.flush(),
    failed: failed("refusals_not_appended"),
  });
  const looking = repeat({
    every: LOOK_FOR_LAG_EVERY_MS,
    work: createLagCheck({ openTransaction, raise: recorder.raise }),
    failed: failed("seal_lag_unknown"),
  });
  return {
    note: recorder.note,
    raise: recorder.raise,
    close: async () => {
      await ended(Promise.all([looking.stop(), appending.stop()]).then(() => recorder.flush(true)));
      const { rows, count, alerts } = recorder.waiting();
      if (rows + alerts > 0)
        log.error({ event: "refusals_lost", rows, count, alerts }, "the database did not take them");
    },
  };
}

/** A database that does not answer holds no shutdown up. */
export async function ended(work: Promise<unknown>): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, 2_000).unref());
  await Promise.race([work.catch(() => {}), late]);
}
