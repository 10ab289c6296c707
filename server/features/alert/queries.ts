import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { olderThan, type Page, toPage } from "@/db/page";
import { alert } from "@/db/schema/alert";
import { everywhere, type Scope } from "@/db/scope";
import type { Alert, ListAlerts, SettleAlert } from "@/server/features/alert/schema";
import { noteChange } from "@/server/guard/change";
import { conflict, outOfReach } from "@/server/guard/errors";

export async function listAlerts(
  scope: Scope,
  { cursor, limit, unresolved }: ListAlerts,
): Promise<Page<Alert>> {
  const rows = await scope.tx
    .select()
    .from(alert)
    .where(
      and(everywhere(scope), olderThan(alert.id, cursor), unresolved ? isNull(alert.resolvedAt) : undefined),
    )
    .orderBy(desc(alert.id))
    .limit(limit + 1);
  return toPage(rows, limit);
}

/** Notes who has seen an alert; of several at once the first. */
export async function acknowledgeAlert(scope: Scope, { id }: SettleAlert): Promise<Alert> {
  const [row] = await scope.tx
    .update(alert)
    .set({ acknowledgedAt: sql`now()`, acknowledgedBy: scope.userId })
    .where(and(everywhere(scope), eq(alert.id, id), isNull(alert.acknowledgedAt)))
    .returning();
  if (!row) return alreadyOr403(scope, id, "ALREADY_ACKNOWLEDGED", "Somebody has acknowledged this already.");
  noteChange(scope, { before: { acknowledged: false }, after: { acknowledged: true } });
  return row;
}

/** Notes who has dealt with an alert; of several at once the first. */
export async function resolveAlert(scope: Scope, { id }: SettleAlert): Promise<Alert> {
  const [row] = await scope.tx
    .update(alert)
    .set({ resolvedAt: sql`now()`, resolvedBy: scope.userId })
    .where(and(everywhere(scope), eq(alert.id, id), isNull(alert.resolvedAt)))
    .returning();
  if (!row) return alreadyOr403(scope, id, "ALREADY_RESOLVED", "Somebody has resolved this already.");
  noteChange(scope, { before: { resolved: false }, after: { resolved: true } });
  return row;
}

async function alreadyOr403(scope: Scope, id: string, reason: string, message: string): Promise<never> {
  const found = await scope.tx.$count(alert, and(everywhere(scope), eq(alert.id, id)));
  return found > 0 ? conflict(reason, message) : outOfReach();
}
