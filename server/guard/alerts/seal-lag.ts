import { AS_SECURITY, lastSeal, oldestAfter } from "@/db/seals";
import type { Transaction, TransactionSettings } from "@/db/transaction";
import { type Alert, sealLags } from "@/server/guard/alerts/alert";

/** Seconds that a row may wait for its seal: longer than any transaction of ours may hold the order up. */
const LONGEST_WAIT_S = 60;

interface LagOptions {
  openTransaction(settings: TransactionSettings): Transaction;
  raise(alert: Alert): void;
}

/** Makes the function that looks whether sealing lags. It looks at the oldest unsealed row, however many there are. */
export function createLagCheck({ openTransaction, raise }: LagOptions): () => Promise<void> {
  return async () => {
    const transaction = openTransaction(AS_SECURITY);
    try {
      const seconds = await oldestAfter(transaction.db, await lastSeal(transaction.db));
      if (seconds !== undefined && seconds > LONGEST_WAIT_S) raise(sealLags(Date.now(), seconds));
    } finally {
      await transaction.rollback();
    }
  };
}
