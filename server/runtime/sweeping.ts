import { BATCH_OF_SWEEP, sweepChanges } from "@/db/changes";
import type { Runtime } from "@/server/runtime";

/** Frees what no stream may resume from any more, of every workspace. */
export async function sweep(openTransaction: Runtime["openTransaction"]): Promise<void> {
  for (;;) {
    const transaction = openTransaction(AS_NOBODY);
    try {
      const swept = await sweepChanges(transaction.db);
      await transaction.commit();
      if (swept < BATCH_OF_SWEEP) return;
    } finally {
      await transaction.rollback();
    }
  }
}

const AS_NOBODY = {
  role: "holdfast_tenant",
  workspaceId: null,
  userId: null,
  reach: "own",
  workspaceIds: [],
} as const;
