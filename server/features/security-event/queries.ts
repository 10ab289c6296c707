import { and, desc, eq, getTableColumns, gte, lt, type SQL, sql } from "drizzle-orm";
import { cursorOf, isAfter, order } from "@/db/changes";
import type { Change } from "@/db/detail";
import { cursorId, olderThan, type Page, toPage } from "@/db/page";
import { auditDetail, auditEvent } from "@/db/schema/audit";
import { everywhere, inWorkspace, mine, type Scope } from "@/db/scope";
import type {
  DetailedEvent,
  ListSecurityEvents,
  PulledSecurityEvents,
  PullSecurityEvents,
  SecurityEvent,
} from "@/server/features/security-event/schema";

export async function listMine(
  scope: Scope,
  { cursor, limit }: ListSecurityEvents,
): Promise<Page<SecurityEvent>> {
  const rows = await scope.tx
    .select()
    .from(auditEvent)
    .where(and(mine(auditEvent, scope), olderThan(auditEvent.id, cursor)))
    .orderBy(desc(auditEvent.id))
    .limit(limit + 1);
  return toPage(rows, limit);
}

/**
 * Events of everybody, newest first, from `after` until before `before`. A range is walked by its times: in the order of
 * ids PostgreSQL would look at each event that is newer than the range.
 */
export async function listAll(
  scope: Scope,
  {
    cursor,
    limit,
    after,
    before,
  }: ListSecurityEvents & { after?: string | undefined; before?: string | undefined },
): Promise<Page<DetailedEvent>> {
  const byTime = after !== undefined || before !== undefined;
  const rows = await scope.tx
    .select({ ...getTableColumns(auditEvent), facts: auditDetail.facts })
    .from(auditEvent)
    .leftJoin(auditDetail, eq(auditDetail.eventId, auditEvent.id))
    .where(
      and(
        everywhere(scope),
        byTime ? earlierThan(scope, cursor) : olderThan(auditEvent.id, cursor),
        after === undefined ? undefined : gte(auditEvent.at, after),
        before === undefined ? undefined : lt(auditEvent.at, before),
      ),
    )
    .orderBy(...(byTime ? [desc(auditEvent.at)] : []), desc(auditEvent.id))
    .limit(limit + 1);
  return toPage(rows.map(withDetail), limit);
}

/**
 * What was done in the workspace, in the order in which transactions settle: no row can come before one that was told.
 * Ids are made before their rows commit, so a cursor of ids alone would miss what commits late.
 */
export async function pullEvents(
  scope: Scope,
  { cursor, limit }: PullSecurityEvents,
): Promise<PulledSecurityEvents> {
  const { columns, by } = order(auditEvent);
  const rows = await scope.tx
    .select({ ...getTableColumns(auditEvent), xid: columns.xid })
    .from(auditEvent)
    .where(
      and(
        inWorkspace(auditEvent, scope),
        cursor === undefined ? undefined : isAfter(auditEvent, cursor),
        columns.isSettled,
      ),
    )
    .orderBy(...by)
    .limit(limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const nextCursor = last ? cursorOf({ xid: BigInt(last.xid), id: last.id }) : (cursor ?? null);
  return { items, nextCursor, more: rows.length > limit };
}

/** Keyset predicate by time. An event that is there no more was dropped by retention, as was all before it. */
function earlierThan(scope: Scope, cursor: string | undefined): SQL | undefined {
  const id = cursorId(cursor);
  if (id === null) return undefined;
  const last = scope.tx
    .select({ at: auditEvent.at })
    .from(auditEvent)
    .where(and(everywhere(scope), eq(auditEvent.id, id)));
  return sql`(${auditEvent.at}, ${auditEvent.id}) < ((${last}), ${id}::uuid)`;
}

function withDetail<Row extends { facts: string | null }>({ facts, ...row }: Row) {
  const detail: Change | null = facts === null ? null : JSON.parse(facts);
  return { ...row, detail, changes: Object.keys({ ...detail?.before, ...detail?.after }).sort() };
}
