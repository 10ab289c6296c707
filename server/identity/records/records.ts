import { hash } from "node:crypto";
import { DatabaseUnavailable } from "@/db/transaction/failure";
import { isStale } from "@/db/transaction/retry";
import { inTime } from "@/db/transaction/waiting";
import type { AccessRecord, Handle, LoadRecord, Records } from "@/server/identity/records/record";

const ATTEMPTS = 5;
/** Milliseconds until nobody can tell who calls. */
const PATIENCE_MS = 10_000;
/** Milliseconds for which a record is kept while notices are heard, and while they are not. */
const KEPT_MS = { heard: 30_000, unheard: 5_000 };
/** Loads in a row that a notice may spoil; then the last is answered, and not kept. */
const SPOILT = 3;

interface Kept {
  record: AccessRecord;
  loadedAt: number;
}

/** A load under way, and what was said meanwhile. */
interface Load {
  noticed: Set<string>;
  missed: boolean;
}

interface RecordsOptions {
  load: LoadRecord;
  /** Whether notices are heard now. */
  isHeard(): boolean;
  /** Resolves when each notice committed before was heard; false when that can not be told. */
  caughtUp(): Promise<boolean>;
  /** Most records, about 1 kB each. */
  most?: number;
}

/** What the notices tell the records. */
export interface KeptRecords extends Records {
  /** Drops what is kept of somebody, and tells their streams. */
  drop(subject: string): void;
  dropAll(): void;
}

/**
 * Who holds which rights, in memory: so a known caller costs no database, and a right that is taken away is gone as soon
 * as the database has said so. What a load read before a notice came is thrown away.
 */
export function createRecords({ load, isHeard, caughtUp, most = 20_000 }: RecordsOptions): KeptRecords {
  const kept = new Map<string, Kept>();
  const keysOf = new Map<string, Set<string>>();
  const loads = new Map<string, Promise<AccessRecord | undefined>>();
  const underWay = new Set<Load>();
  const bells = new Map<string, Set<() => void>>();

  const forget = (key: string, { record }: Kept) => {
    kept.delete(key);
    const keys = keysOf.get(record.principal.userId);
    keys?.delete(key);
    if (keys?.size === 0) keysOf.delete(record.principal.userId);
  };

  const keep = (key: string, record: AccessRecord, loadedAt: number) => {
    const former = kept.get(key);
    if (former) forget(key, former);
    // In the order in which they were loaded: what is too old to be used goes with what is too many.
    for (const [oldest, entry] of kept) {
      if (kept.size < most && loadedAt - entry.loadedAt < KEPT_MS.heard) break;
      forget(oldest, entry);
    }
    kept.set(key, { record, loadedAt });
    const { userId } = record.principal;
    keysOf.set(userId, (keysOf.get(userId) ?? new Set()).add(key));
  };

  const loadAndKeep = async (key: string, handle: Handle): Promise<AccessRecord | undefined> => {
    for (let attempt = 1; ; attempt++) {
      const under: Load = { noticed: new Set(), missed: false };
      const loadedAt = performance.now();
      underWay.add(under);
      const record = await loadInTime(load, handle).finally(() => underWay.delete(under));
      if (!record) return undefined;
      const isSpoilt = under.missed || under.noticed.has(record.principal.userId);
      if (!isSpoilt) keep(key, record, loadedAt);
      if (!isSpoilt || attempt === SPOILT) return record;
    }
  };

  const loadOnce = (key: string, handle: Handle) => {
    const running = loads.get(key) ?? loadAndKeep(key, handle).finally(() => loads.delete(key));
    loads.set(key, running);
    return running;
  };

  const ring = (subject: string) => {
    for (const bell of bells.get(subject) ?? []) bell();
  };

  const dropAll = () => {
    kept.clear();
    keysOf.clear();
    for (const under of underWay) under.missed = true;
    for (const subject of bells.keys()) ring(subject);
  };

  return {
    find: (handle) => {
      const key = keyOf(handle);
      const found = kept.get(key);
      const age = found && performance.now() - found.loadedAt;
      const isFresh = age !== undefined && age < (isHeard() ? KEPT_MS.heard : KEPT_MS.unheard);
      if (found && isFresh && Date.now() < found.record.expiresAt) return found.record.principal;
      if (found) forget(key, found);
      return loadOnce(key, handle).then((record) =>
        record && Date.now() < record.expiresAt ? record.principal : undefined,
      );
    },
    settle: async () => {
      if (!(await caughtUp())) dropAll();
    },
    onDrop(subject, bell) {
      const each = bells.get(subject) ?? new Set();
      bells.set(subject, each.add(bell));
      return () => {
        each.delete(bell);
        if (each.size === 0 && bells.get(subject) === each) bells.delete(subject);
      };
    },
    drop(subject) {
      for (const under of underWay) under.noticed.add(subject);
      for (const key of keysOf.get(subject) ?? []) kept.delete(key);
      keysOf.delete(subject);
      ring(subject);
    },
    dropAll,
  };
}

/** A token is kept as its digest: who reads our memory's dump signs in as nobody. */
function keyOf(handle: Handle): string {
  if (handle.by === "cookie") return `cookie:${hash("sha256", handle.token, "base64url")}`;
  return handle.by === "session" ? `session:${handle.id}` : `key:${handle.digest}`;
}

function loadInTime(load: LoadRecord, handle: Handle): Promise<AccessRecord | undefined> {
  return inTime(loadAgain(load, handle), PATIENCE_MS).catch((cause: unknown) => {
    throw new DatabaseUnavailable("the session could not be read", { cause });
  });
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
