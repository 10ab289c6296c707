import {
  AS_SECURITY,
  insertSeal,
  isCounterBehind,
  lastSeal,
  type Seal,
  settledRows,
  takeLead,
} from "@/db/seals";
import type { Transaction, TransactionSettings } from "@/db/transaction";
import { makeSeal } from "@/server/guard/seal-chain";
import type { Head } from "@/server/platform/audit-heads";
import type { Versions } from "@/server/platform/secrets/versions";

interface SealerOptions {
  openTransaction(settings: TransactionSettings): Transaction;
  /** Asked at each seal: keys are rotated while we run. */
  keys: Versions | (() => Versions);
  /** Tells the world of a seal, once it is committed. */
  announce(head: Head): void;
  /** Most rows in one seal. */
  batch?: number;
}

const BATCH = 1_000;
const BEHIND = "transaction ids lie before the last seal, as after a restored dump: see docs/operations.md";

/**
 * Makes the function that seals whatever audit rows can be sealed now, in batches, and answers how many those were.
 * Any number of processes may call it at once: one leads, the others do nothing.
 */
export function createSealer(options: SealerOptions): () => Promise<number> {
  const { batch = BATCH } = options;
  return async () => {
    let sealed = 0;
    for (;;) {
      const seal = await sealOnce(options, batch);
      sealed += seal?.count ?? 0;
      if (!seal || seal.count < batch) return sealed;
    }
  };
}

async function sealOnce(
  { openTransaction, keys, announce }: SealerOptions,
  batch: number,
): Promise<Seal | undefined> {
  const transaction = openTransaction(AS_SECURITY);
  try {
    const seal = await nextSeal(transaction, typeof keys === "function" ? keys() : keys, batch);
    await transaction.commit();
    if (seal) announce({ number: seal.number, hmac: seal.hmac, rows: seal.count });
    return seal;
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
}

async function nextSeal({ db }: Transaction, keys: Versions, batch: number): Promise<Seal | undefined> {
  if (!(await takeLead(db))) return undefined;
  const previous = await lastSeal(db);
  const [first, ...others] = await settledRows(db, previous, batch);
  if (!first) {
    if (previous && (await isCounterBehind(db, previous))) throw new Error(BEHIND);
    return undefined;
  }
  const key = keys.secrets.get(keys.current);
  if (!key) throw new Error(`there is no audit key of version ${keys.current}`);
  const seal = makeSeal({ version: keys.current, key }, previous, [first, ...others]);
  await insertSeal(db, seal);
  return seal;
}
