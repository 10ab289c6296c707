import { setTimeout as sleep } from "node:timers/promises";
import type postgres from "postgres";
import { v7 } from "uuid";
import { AS_SECURITY } from "@/db/seals";
import { createSealer } from "@/server/guard/seal";
import type { Fault } from "@/server/guard/seal-faults";
import { verifySeals } from "@/server/guard/seal-verify";
import type { Head } from "@/server/platform/audit-heads";
import type { Runtime } from "@/server/runtime";
import type { House } from "@/tests/support/house";

interface Plain {
  whole: boolean;
  rows?: number;
  seals?: number;
  unsealed?: number | null;
  retained?: { rows: number; seals: number; until: string };
  fault?: Fault;
}

/** What verifying says, over a transaction of the product's own. */
export async function verdictOf(
  house: House,
  runtime: Pick<Runtime, "openTransaction" | "env"> = house.runtime,
  heads: ReadonlyMap<number, string> = new Map(),
): Promise<Plain> {
  const transaction = runtime.openTransaction(AS_SECURITY);
  try {
    return await verifySeals({ tx: transaction.db, keys: runtime.env.auditKeys, heads });
  } finally {
    await transaction.rollback();
  }
}

/** Seals until nothing is left. Open transactions of other databases on this server hold the order up for a while. */
export async function sealEverything(house: House, batch = 1_000): Promise<Head[]> {
  const heads: Head[] = [];
  const seal = createSealer({
    openTransaction: house.runtime.openTransaction,
    keys: house.runtime.env.auditKeys,
    announce: (head) => heads.push(head),
    batch,
  });
  const deadline = Date.now() + 30_000;
  for (;;) {
    await seal();
    const [row] = await house.admin<{ left: number }[]>`
      select count(*)::int as left from audit_event e where not exists (select from audit_seal)
        or (e.xid, e.id) > (select last_xid, last_id from audit_seal s order by s.number desc limit 1)`;
    if (row?.left === 0) return heads;
    if (Date.now() > deadline) throw new Error(`${row?.left} rows can not be sealed`);
    await sleep(20);
  }
}

/** Appends a row behind the walls; answers its id. */
export async function append(sql: postgres.Sql | postgres.TransactionSql): Promise<string> {
  const id = v7();
  await sql`insert into audit_event (id, actor_kind, action, resource_kind, outcome)
    values (${id}, 'system', 'task.update', 'task', 'success')`;
  return id;
}
