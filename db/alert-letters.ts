import { sql } from "drizzle-orm";
import { alert } from "@/db/schema/alert";
import { alertLetter } from "@/db/schema/alert-letter";
import type { ScopedDatabase } from "@/db/transaction";

export interface ClaimedAlert {
  rule: string;
  count: number;
  at: Date;
}

/** Takes the critical alerts of the last day that nobody wrote a letter about: each is taken once, by one process. */
export async function claimCriticalAlerts(tx: ScopedDatabase): Promise<ClaimedAlert[]> {
  const rows = await tx.execute<{ rule: string; count: number; at: string }>(sql`
    with claimed as (
      insert into ${alertLetter} (alert_id)
      select a.id from ${alert} a
      where a.severity = 'critical' and a.at > now() - interval '1 day'
        and not exists (select 1 from ${alertLetter} l where l.alert_id = a.id)
      on conflict do nothing returning alert_id)
    select a.rule, a.count, a.at from ${alert} a join claimed on claimed.alert_id = a.id order by a.id`);
  return rows.map(({ rule, count, at }) => ({ rule, count, at: new Date(at) }));
}
