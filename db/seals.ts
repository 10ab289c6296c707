import { and, asc, desc, eq, getTableColumns, gt, gte, inArray, type SQL, sql } from "drizzle-orm";
import { auditDetail, auditEvent, auditSeal } from "@/db/schema/audit";
import type { ScopedDatabase, TransactionSettings } from "@/db/transaction";

/** A place in the order in which audit rows are sealed. */
interface Position {
  lastXid: string;
  lastId: string;
}

/** A row as it is digested: all that PostgreSQL holds of it, in one canonical text. */
export interface AuditRow {
  id: string;
  xid: string;
  text: string;
}

/** A row with what is there of its detail, and whom it is about. */
export interface FoundRow extends AuditRow {
  detailDigest: string | null;
  salt: string | null;
  facts: string | null;
  actorId: string | null;
  resourceId: string | null;
}

/** A record that something was taken out of the trail by right. */
export interface Taking {
  action: string;
  resourceId: string | null;
  reason: string | null;
}

export type Seal = typeof auditSeal.$inferSelect;

/** Who seals and who verifies: nobody in particular, over everything. */
export const AS_SECURITY: TransactionSettings = {
  role: "holdfast_security",
  workspaceId: null,
  userId: null,
  reach: "any",
  workspaceIds: [],
};

/** One for all replicas; the number is arbitrary, and the same in every release. */
const SEAL_LOCK = 7_130_222;
const BEGINNING: Position = { lastXid: "0", lastId: "00000000-0000-0000-0000-000000000000" };

/** Whether this transaction is the one that seals, until it ends. Whoever gets the lock sees the last seal. */
export async function takeLead(tx: ScopedDatabase): Promise<boolean> {
  const [row] = await tx
    .select({ leads: sql<boolean>`lead` })
    .from(sql`pg_try_advisory_xact_lock(${SEAL_LOCK}) as lead`);
  return row?.leads === true;
}

export async function lastSeal(tx: ScopedDatabase): Promise<Seal | undefined> {
  const [seal] = await tx.select(sealColumns()).from(auditSeal).orderBy(desc(auditSeal.number)).limit(1);
  return seal;
}

/**
 * Rows that are not sealed yet and before which none can come any more: every transaction up to theirs has ended.
 * Ids are made before their rows commit, so `id > last` would skip what commits late.
 */
export function settledRows(
  tx: ScopedDatabase,
  after: Position = BEGINNING,
  limit: number,
): Promise<AuditRow[]> {
  return tx
    .select(rowColumns())
    .from(auditEvent)
    .where(and(isAfter(after), sql`${auditEvent.xid} < pg_snapshot_xmin(pg_current_snapshot())`))
    .orderBy(asc(auditEvent.xid), asc(auditEvent.id))
    .limit(limit);
}

/** Whether the cluster gives out transaction ids that were sealed long ago: it was restored from a dump. */
export async function isCounterBehind(tx: ScopedDatabase, { lastXid }: Position): Promise<boolean> {
  const [row] = await tx
    .select({ behind: sql<boolean>`xmin <= ${lastXid}::xid8` })
    .from(sql`pg_snapshot_xmin(pg_current_snapshot()) as xmin`);
  return row?.behind === true;
}

/** The last of the seals that all were made before an instant. */
export async function sealBefore(tx: ScopedDatabase, until: string): Promise<Seal | undefined> {
  const later = tx
    .select({ first: sql<number>`coalesce(min(${auditSeal.number}), 9223372036854775807)` })
    .from(auditSeal)
    .where(gte(auditSeal.sealedAt, until));
  const [seal] = await tx
    .select(sealColumns())
    .from(auditSeal)
    .where(sql`${auditSeal.number} < (${later})`)
    .orderBy(desc(auditSeal.number))
    .limit(1);
  return seal;
}

export async function insertSeal(tx: ScopedDatabase, seal: Seal): Promise<void> {
  await tx.insert(auditSeal).values(seal);
}

/** Seals in order. */
export function sealsAfter(tx: ScopedDatabase, number: number, limit: number): Promise<Seal[]> {
  return tx
    .select(sealColumns())
    .from(auditSeal)
    .where(gt(auditSeal.number, number))
    .orderBy(asc(auditSeal.number))
    .limit(limit);
}

/** Every row between two seals' ends, in order, whether sealed or not. */
export function rowsBetween(
  tx: ScopedDatabase,
  after: Position = BEGINNING,
  upTo: Position,
): Promise<FoundRow[]> {
  const { detailDigest, actorId, resourceId } = auditEvent;
  // By each row's id: a join of its own choice would read all details for each seal.
  const detail = tx
    .select({ salt: auditDetail.salt, facts: auditDetail.facts })
    .from(auditDetail)
    .where(eq(auditDetail.eventId, auditEvent.id))
    .limit(1)
    .as("detail");
  const { salt, facts } = detail;
  return tx
    .select({ ...rowColumns(), detailDigest, actorId, resourceId, salt, facts })
    .from(auditEvent)
    .leftJoinLateral(detail, sql`true`)
    .where(and(isAfter(after), isUpTo(upTo)))
    .orderBy(asc(auditEvent.xid), asc(auditEvent.id));
}

/** Seconds since the oldest row after the last seal was written down; undefined when there is none. */
export async function oldestAfter(
  tx: ScopedDatabase,
  after: Position = BEGINNING,
): Promise<number | undefined> {
  const [row] = await tx
    .select({ seconds: sql<number>`extract(epoch from clock_timestamp() - ${auditEvent.at})::float8` })
    .from(auditEvent)
    .where(isAfter(after))
    .orderBy(asc(auditEvent.xid), asc(auditEvent.id))
    .limit(1);
  return row?.seconds;
}

/** What the trail says that retention and erasure have taken out of it. */
export function takings(tx: ScopedDatabase): Promise<Taking[]> {
  const { action, resourceId, reason } = auditEvent;
  return tx
    .select({ action, resourceId, reason })
    .from(auditEvent)
    .where(inArray(action, ["audit_retained", "user_erased"]));
}

export async function rowExists(tx: ScopedDatabase, id: string): Promise<boolean> {
  return (await tx.$count(auditEvent, eq(auditEvent.id, id))) > 0;
}

/** How many rows lie after the last seal. */
export function countAfter(tx: ScopedDatabase, after: Position = BEGINNING): Promise<number> {
  return tx.$count(auditEvent, isAfter(after));
}

function isAfter({ lastXid, lastId }: Position): SQL {
  return sql`(${auditEvent.xid}, ${auditEvent.id}) > (${lastXid}::xid8, ${lastId}::uuid)`;
}

/** Not `not isAfter`: PostgreSQL bounds an index by a row that is compared, and by none that is negated. */
function isUpTo({ lastXid, lastId }: Position): SQL {
  return sql`(${auditEvent.xid}, ${auditEvent.id}) <= (${lastXid}::xid8, ${lastId}::uuid)`;
}

function sealColumns() {
  const at = sql<string>`to_char(${auditSeal.sealedAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
  return { ...getTableColumns(auditSeal), sealedAt: at };
}

function rowColumns() {
  return { id: auditEvent.id, xid: auditEvent.xid, text: canonicalText() };
}

/**
 * An object of every column as text, nulls left out, so that a nullable column of a later release changes no digest.
 * Built here and not by a function of the database, which whoever alters rows could alter too.
 */
function canonicalText(): SQL<string> {
  const fields = Object.values(getTableColumns(auditEvent)).map((column) => {
    // Independent of the session's time zone.
    const isInstant = column.getSQLType() === "timestamp with time zone";
    return sql`${column.name}::text, ${isInstant ? sql`extract(epoch from ${column})` : column}::text`;
  });
  return sql<string>`jsonb_strip_nulls(jsonb_build_object(${sql.join(fields, sql`, `)}))::text`;
}
