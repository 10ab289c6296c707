import { countAfter, rowExists, rowsBetween, type Seal, sealsAfter } from "@/db/seals";
import type { ScopedDatabase } from "@/db/transaction";
import { digestOfRow, digestOfRows, hmacOfSeal } from "@/server/guard/seal-chain";
import type { Versions } from "@/server/platform/secrets/versions";

/** The first thing that is not as it was sealed. */
export interface Fault {
  what: "row" | "seal";
  how: "altered" | "missing" | "extra" | "replaced" | "cut" | "unreadable";
  /** Of the seal, or of the seal that the row lies in. */
  seal: number;
  /** Of the row. */
  id: string | null;
  /** For a person. */
  line: string;
}

export type Verdict =
  | { whole: true; rows: number; seals: number; unsealed: number }
  | { whole: false; fault: Fault };

interface Verification {
  tx: ScopedDatabase;
  keys: Versions;
  /** HMACs by number, as they were announced outside the database. */
  heads: ReadonlyMap<number, string>;
}

/** A seal holds up to a thousand ids and digests: 0.1 MB. */
const SEALS_AT_ONCE = 20;

/** Walks all seals and all rows in order, up to the first fault. Rows and seals that come meanwhile do no harm. */
export async function verifySeals({ tx, keys, heads }: Verification): Promise<Verdict> {
  let previous: Seal | undefined;
  let rows = 0;
  for (;;) {
    const seals = await sealsAfter(tx, previous?.number ?? Number.MIN_SAFE_INTEGER, SEALS_AT_ONCE);
    for (const seal of seals) {
      const fault = judgeSeal(seal, previous, keys, heads) ?? (await judgeRows(tx, seal, previous));
      if (fault) return { whole: false, fault };
      rows += seal.count;
      previous = seal;
    }
    if (seals.length === 0) break;
  }
  const seals = previous?.number ?? 0;
  const announced = [...heads.keys()].reduce((most, number) => Math.max(most, number), 0);
  if (announced > seals) return { whole: false, fault: cut(seals + 1, announced) };
  return { whole: true, rows, seals, unsealed: await countAfter(tx, previous) };
}

function judgeSeal(
  seal: Seal,
  previous: Seal | undefined,
  keys: Versions,
  heads: ReadonlyMap<number, string>,
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
  const isTrue =
    seal.digest === digestOfRows(seal) &&
    seal.count === seal.rowIds.length &&
    seal.hmac === hmacOfSeal(key, previous, seal);
  return isTrue ? undefined : sealFault(seal.number, "altered", "was altered, or made with another key");
}

/** The seal is true by now: what it says of its rows is what they were. */
async function judgeRows(
  tx: ScopedDatabase,
  seal: Seal,
  previous: Seal | undefined,
): Promise<Fault | undefined> {
  const found = await rowsBetween(tx, previous, seal);
  const digests = new Map(found.map((row) => [row.id, digestOfRow(row)]));
  for (const [index, id] of seal.rowIds.entries()) {
    const digest = digests.get(id);
    if (digest === undefined && !(await rowExists(tx, id))) return rowFault(seal, id, "missing");
    if (digest !== seal.rowDigests[index]) return rowFault(seal, id, "altered");
  }
  const sealed = new Set(seal.rowIds);
  const extra = found.find(({ id }) => !sealed.delete(id));
  return extra && rowFault(seal, extra.id, "extra");
}

const ROW_FAULTS = {
  altered: "was altered since",
  missing: "is gone since",
  extra: "was put in since, without being sealed",
};

function rowFault(seal: Seal, id: string, how: keyof typeof ROW_FAULTS): Fault {
  const line = `audit row ${id}, in seal ${seal.number} of ${seal.sealedAt}, ${ROW_FAULTS[how]}`;
  return { what: "row", how, seal: seal.number, id, line };
}

function sealFault(number: number, how: Fault["how"], saying: string): Fault {
  return { what: "seal", how, seal: number, id: null, line: `seal ${number} ${saying}` };
}

function cut(first: number, last: number): Fault {
  return sealFault(
    first,
    "cut",
    `is missing, as is all up to seal ${last}, which was announced: the tail was cut`,
  );
}
