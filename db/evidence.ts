import { type InferInsertModel, sql } from "drizzle-orm";
import { alert } from "@/db/schema/alert";
import { auditEvent } from "@/db/schema/audit";
import type { ScopedDatabase } from "@/db/transaction";

/** A refusal as it is appended; the transaction id is the database's to say. */
export interface RefusalRow {
  id: string;
  at: string;
  actorKind: (typeof auditEvent.actorKind.enumValues)[number];
  actorId: string | null;
  keyId: string | null;
  action: string;
  resourceKind: string;
  target: string | null;
  outcome: "denied" | "failure";
  reason: string;
  requestId: string;
  addressPrefix: string | null;
  addressDigest: string | null;
  accountDigest: string | null;
  count: number;
}

export type AlertRow = InferInsertModel<typeof alert> & { id: string };

/** Most rows of one statement. */
const BATCH = 500;

/**
 * Appends what was refused. A row that is there already is left as it is: when a connection was lost during COMMIT, the
 * same rows are appended again under the same ids.
 */
export async function appendRefusals(tx: ScopedDatabase, rows: readonly RefusalRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += BATCH) {
    // As one parameter: a statement for each number of rows would be prepared, and kept, for each.
    const batch = JSON.stringify(rows.slice(from, from + BATCH));
    await tx.execute(sql`
      insert into ${auditEvent} (id, at, actor_kind, actor_id, key_id, action, resource_kind, target, outcome, reason, request_id,
        address_prefix, address_digest, account_digest, count)
      select * from jsonb_to_recordset(${batch}::jsonb) as refused (id uuid, at timestamptz, "actorKind" text,
        "actorId" uuid, "keyId" uuid, action text, "resourceKind" text, target text, outcome text, reason text, "requestId" text,
        "addressPrefix" text, "addressDigest" text, "accountDigest" text, count integer)
      on conflict do nothing`);
  }
}

/** Appends alerts, each once per window whichever process raised it; answers the ids of those that are new. */
export async function appendAlerts(tx: ScopedDatabase, rows: readonly AlertRow[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const added = await tx
    .insert(alert)
    .values([...rows])
    .onConflictDoNothing()
    .returning({ id: alert.id });
  return new Set(added.map(({ id }) => id));
}
