import { listenForAccess } from "@/db/access-notices";
import type { Sql } from "@/db/client";
import { accessNoticesLost } from "@/server/guard/alerts/alert";
import type { Recorder } from "@/server/guard/refusals/recorder";
import { type Activity, createActivity } from "@/server/identity/records/activity";
import { createLoader } from "@/server/identity/records/load";
import type { LoadRecord, Records } from "@/server/identity/records/record";
import { createRecords } from "@/server/identity/records/records";
import { repeat } from "@/server/platform/jobs";
import type { Log } from "@/server/platform/log";
import { ended } from "@/server/runtime/evidence";
import { describeFailure } from "@/server/runtime/failure";

const WRITE_ACTIVITY_EVERY_MS = 60_000;

interface AccessOptions {
  /** Reads records and writes activity, as holdfast_auth. */
  sql: Sql;
  /** Where notices are heard. */
  listenUrl: string;
  log: Log;
  raise: Recorder["raise"];
  /** How records are read; a drill may slow it down. */
  load?: LoadRecord;
}

interface Access {
  records: Records;
  activity: Pick<Activity, "note">;
  close(): Promise<void>;
}

/** Who may do what, in memory, and what keeps it true. */
export function openAccess({ sql, listenUrl, log, raise, load = createLoader(sql) }: AccessOptions): Access {
  const notices = listenForAccess({
    url: listenUrl,
    onNotice: (subject) => records.drop(subject),
    onMissed: () => records.dropAll(),
    onSilence: () => {
      log.error({ event: "access_notices_lost" }, "changes of access are not heard; records live 5 s");
      raise(accessNoticesLost(Date.now()));
    },
  });
  const records = createRecords({ load, isHeard: notices.isHeard, caughtUp: notices.caughtUp });
  const activity = createActivity(sql);
  const writing = repeat({
    every: WRITE_ACTIVITY_EVERY_MS,
    work: activity.flush,
    failed: (error) =>
      log.error({ event: "activity_not_written", ...describeFailure(error) }, "activity not written"),
  });
  return {
    records,
    activity,
    close: async () => {
      await Promise.all([notices.close(), ended(writing.stop())]);
    },
  };
}
