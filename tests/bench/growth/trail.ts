import { connectForTransactions } from "@/db/client";
import { AS_SECURITY, lastSeal } from "@/db/seals";
import { openTransaction } from "@/db/transaction";
import { createSealer } from "@/server/guard/seal";
import { verifySeals } from "@/server/guard/seal-verify";
import type { Bench } from "@/tests/bench/seed";
import { median } from "@/tests/bench/statistics";

/** Seals of a thousand rows that are looked at: the last ones, behind the longest chain. */
const LOOKED_AT = 100;

/** Seals what is there as the product does. Milliseconds of the last batches of a thousand rows. */
export async function sealAll({ urls }: Bench, auditKey: string): Promise<{ median: number; p99: number }> {
  const sql = connectForTransactions(urls.app, { max: 1, prepare: true });
  const times: number[] = [];
  let last = performance.now();
  const seal = createSealer({
    openTransaction: (settings) => openTransaction(sql, settings),
    keys: keysOf(auditKey),
    announce: ({ rows }) => {
      const now = performance.now();
      if (rows === 1_000) times.push(now - last);
      last = now;
    },
  });
  try {
    await seal();
  } finally {
    await sql.end({ timeout: 5 });
  }
  const looked = times.slice(-LOOKED_AT).sort((one, other) => one - other);
  return { median: median(looked), p99: looked[Math.floor(looked.length * 0.99)] ?? Number.NaN };
}

/** Events that are verified: the last seals, behind everything else. */
const VERIFIED_SEALS = 100;

/** What `holdfast log verify` does, over the end of the trail: rows, and the seconds for them. */
export async function verifyEnd(
  { urls }: Bench,
  auditKey: string,
): Promise<{ rows: number; seconds: number }> {
  const sql = connectForTransactions(urls.app, { max: 1, prepare: false });
  const transaction = openTransaction(sql, AS_SECURITY, { prepare: false });
  try {
    const last = await lastSeal(transaction.db);
    const began = performance.now();
    const verdict = await verifySeals({
      ...{ tx: transaction.db, keys: keysOf(auditKey), heads: new Map() },
      from: Math.max(1, (last?.number ?? 0) - VERIFIED_SEALS),
    });
    if (!verdict.whole) throw new Error(`the trail is not whole: ${verdict.fault.line}`);
    return { rows: verdict.rows, seconds: (performance.now() - began) / 1000 };
  } finally {
    await transaction.rollback();
    await sql.end({ timeout: 5 });
  }
}

const keysOf = (auditKey: string) => ({ current: 1, secrets: new Map([[1, auditKey]]) });
