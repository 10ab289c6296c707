import { countAfter, type Seal, sealsAfter } from "@/db/seals";
import type { ScopedDatabase } from "@/db/transaction";
import { digestOfRows, hmacOfSeal } from "@/server/guard/seal-chain";
import { type Fault, sealFault } from "@/server/guard/seal-faults";
import { judgeRows } from "@/server/guard/seal-rows";
import { type Taken, takenByRight } from "@/server/guard/seal-takings";
import type { Versions } from "@/server/platform/secrets/versions";

/** Rows that retention has dropped, of the seals that were looked at. */
interface Retained {
  rows: number;
  seals: number;
  until: string;
}

export type Verdict =
  | {
      whole: true;
      rows: number;
      seals: number;
      /** Rows after the last seal; null when the walk has not come so far. */
      unsealed: number | null;
      retained?: Retained;
      /** The seal to go on with, when it was enough for this time. */
      next?: number;
    }
  | { whole: false; fault: Fault };

interface Verification {
  tx: ScopedDatabase;
  keys: Versions;
  /** HMACs by number, as they were announced outside the database. */
  heads: ReadonlyMap<number, string>;
  /** Number of the first seal to look at. Default 1. */
  from?: number;
  /** Asked after each seal, with the rows so far: whether that is enough for this time. */
  isEnough?(rows: number): boolean;
}

/** A seal holds up to a thousand ids and digests: 0.1 MB. */
const SEALS_AT_ONCE = 20;

/** Walks seals and rows in order, up to the first fault. Rows and seals that come meanwhile do no harm. */
export async function verifySeals(verification: Verification): Promise<Verdict> {
  const { tx, keys, from = 1, isEnough = () => false } = verification;
  const taken = await takenByRight(tx, keys);
  const [start] = from > 1 ? await sealsAfter(tx, from - 2, 1) : [];
  if (from > 1 && start?.number !== from - 1) return broken(sealFault(from - 1, "missing", "is missing"));
  const tally = { rows: 0, seals: 0, retained: { rows: 0, seals: 0, until: taken.until ?? "" } };
  let previous = start;
  for await (const seal of sealsInOrder(tx, start)) {
    const fault =
      judgeSeal(seal, previous, verification, taken) ?? (await judgeRows(tx, seal, previous, taken));
    if (fault) return broken(fault);
    const part = seal.number <= taken.through ? tally.retained : tally;
    part.rows += seal.count;
    part.seals++;
    previous = seal;
    if (isEnough(tally.rows)) return whole(tally, { unsealed: null, next: seal.number + 1 });
  }
  return cutTail(previous, verification.heads) ?? whole(tally, { unsealed: await countAfter(tx, previous) });
}

/** What one call of a procedure may take: rows, and milliseconds. */
const PART = { rows: 20_000, ms: 5_000 };

/** As above, over as much as fits into one call; heads are compared on the command line. */
export function verifyPart(part: Required<Pick<Verification, "tx" | "keys" | "from">>): Promise<Verdict> {
  const end = performance.now() + PART.ms;
  const isEnough = (rows: number) => rows >= PART.rows || performance.now() > end;
  return verifySeals({ ...part, heads: new Map(), isEnough });
}

interface Tally {
  rows: number;
  seals: number;
  retained: Retained;
}

function whole({ rows, seals, retained }: Tally, end: { unsealed: number | null; next?: number }): Verdict {
  return { whole: true, rows, seals, ...(retained.seals > 0 && { retained }), ...end };
}

const broken = (fault: Fault): Verdict => ({ whole: false, fault });

async function* sealsInOrder(tx: ScopedDatabase, after: Seal | undefined): AsyncGenerator<Seal> {
  let last = after?.number ?? Number.MIN_SAFE_INTEGER;
  for (;;) {
    const seals = await sealsAfter(tx, last, SEALS_AT_ONCE);
    yield* seals;
    const end = seals.at(-1);
    if (!end) return;
    last = end.number;
  }
}

function judgeSeal(
  seal: Seal,
  previous: Seal | undefined,
  { keys, heads }: Verification,
  taken: Taken,
): Fault | undefined {
  const expected = (previous?.number ?? 0) + 1;
  if (seal.number !== expected)
    return sealFault(expected, "missing", `is missing; the next is ${seal.number}`);
  const head = heads.get(seal.number);
  if (head !== undefined && head !== seal.hmac)
    return sealFault(seal.number, "replaced", "is not the one that was announced");
  const key = keys.secrets.get(seal.keyVersion);
  if (!key)
    return sealFault(
      seal.number,
      "unreadable",
      `names key version ${seal.keyVersion}, which AUDIT_KEYS lacks`,
    );
  if (seal.hmac !== hmacOfSeal(key, previous, seal))
    return sealFault(seal.number, "altered", "was altered, or made with another key");
  return judgeLists(seal, taken);
}

/** Retention empties the lists of a seal, and nothing else does; the digest that was signed stays. */
function judgeLists(seal: Seal, { through }: Taken): Fault | undefined {
  const isEmpty = seal.rowIds.length === 0 && seal.rowDigests.length === 0;
  if (seal.number <= through)
    return isEmpty
      ? undefined
      : sealFault(seal.number, "kept", "still lists rows that retention has dropped");
  if (isEmpty && seal.count > 0)
    return sealFault(seal.number, "emptied", "lists no rows any more, and no retention says so");
  const isTrue = seal.digest === digestOfRows(seal) && seal.count === seal.rowIds.length;
  return isTrue ? undefined : sealFault(seal.number, "altered", "was altered, or made with another key");
}

/** What was announced reaches further than what is there. */
function cutTail(last: Seal | undefined, heads: ReadonlyMap<number, string>): Verdict | undefined {
  const announced = [...heads.keys()].reduce((most, number) => Math.max(most, number), 0);
  const first = (last?.number ?? 0) + 1;
  const saying = `is missing, as is all up to seal ${announced}, which was announced: the tail was cut`;
  return announced < first ? undefined : broken(sealFault(first, "cut", saying));
}
