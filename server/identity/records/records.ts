import { DatabaseUnavailable } from "@/db/transaction";
import { isStale } from "@/db/transaction/connection";
import { inTime } from "@/db/transaction/waiting";
import type { AccessRecord, Handle, LoadRecord, Records } from "@/server/identity/records/record";

const ATTEMPTS = 5;
/** Milliseconds until nobody can tell who calls. */
const PATIENCE_MS = 10_000;

export function createRecords(load: LoadRecord): Records {
  return {
    find: async (handle) => {
      const record = await inTime(loadAgain(load, handle), PATIENCE_MS).catch((cause: unknown) => {
        throw new DatabaseUnavailable("the session could not be read", { cause });
      });
      return record?.principal;
    },
  };
}

/** Reading changes nothing: when an idle connection had died, another is asked. */
async function loadAgain(
  load: LoadRecord,
  handle: Handle,
  attempts = ATTEMPTS,
): Promise<AccessRecord | undefined> {
  try {
    return await load(handle);
  } catch (error) {
    if (!isStale(error) || attempts === 1) throw error;
    return loadAgain(load, handle, attempts - 1);
  }
}
