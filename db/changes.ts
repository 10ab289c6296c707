import { asc, type Column, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { ScopedDatabase } from "@/db/transaction";

/** A table in which changes are kept for a while: appended only, in the transaction of the change. */
export type ChangeTable = PgTable & { xid: Column; id: Column };

/** A place in the order of changes. */
export interface Position {
  xid: bigint;
  /** A UUID of version 7, or zero. */
  id: string;
}

/** Part of a stream. Whoever reads on says the last `cursor`. */
export interface Batch<Change> {
  changes: { cursor: string; data: Change }[];
  /** When to look again: now, because there is more; soon, because some may not be told yet; when something happens. */
  again: "now" | "soon" | "later";
}

/** Most changes in one batch. */
export const BATCH = 100;
/** As many rows as `forget_old_changes` takes at a time. */
export const BATCH_OF_SWEEP = 1_000;
/** Some minutes less than the sweep of the tables leaves, because a transaction may be older than its rows. */
const RESUMABLE_MS = 55 * 60_000;

/** Where a stream begins: at the cursor it named, or, where nobody can say what it missed, at the present. */
export interface Beginning {
  cursor: string;
  /** The caller may have missed changes, and reads everything again. */
  isReset: boolean;
}

export async function beginning(tx: ScopedDatabase, cursor: string | undefined): Promise<Beginning> {
  const [now] = await tx
    .select({ xmin: sql<string>`xmin::text`, id: sql<string>`uuid_v7()` })
    .from(sql`pg_snapshot_xmin(pg_current_snapshot()) as xmin`);
  if (!now) throw new Error("the database has no present");
  const horizon = BigInt(now.xmin);
  const named = cursor === undefined ? undefined : positionOf(cursor);
  // Nothing at or after the horizon was ever told: such a cursor is of another cluster, or of nobody.
  const isKnown = named && named.xid < horizon && timeOf(named.id) > timeOf(now.id) - RESUMABLE_MS;
  if (cursor !== undefined && isKnown) return { cursor, isReset: false };
  return { cursor: cursorOf({ xid: horizon - 1n, id: now.id }), isReset: true };
}

/** Changes after a cursor, settled or not; `toBatch` sorts them apart. */
export function isAfter(table: ChangeTable, cursor: string): SQL {
  const { xid, id } = positionOf(cursor);
  return sql`(${table.xid}, ${table.id}) > (${String(xid)}::xid8, ${id}::uuid)`;
}

/** The columns and the order by which `toBatch` tells what may be told: see `settledRows` in db/seals.ts. */
export function order(table: ChangeTable) {
  return {
    columns: {
      xid: sql<string>`${table.xid}::text`,
      changeId: sql<string>`${table.id}`,
      isSettled: sql<boolean>`${table.xid} < pg_snapshot_xmin(pg_current_snapshot())`,
    },
    by: [asc(table.xid), asc(table.id)] as const,
  };
}

interface Ordered {
  xid: string;
  changeId: string;
  isSettled: boolean;
}

/** What of at most `BATCH` rows may be told: all up to the first before which another could still come. */
export function toBatch<Row extends Ordered, Change>(rows: Row[], tell: (row: Row) => Change): Batch<Change> {
  const first = rows.findIndex(({ isSettled }) => !isSettled);
  const settled = first < 0 ? rows : rows.slice(0, first);
  const changes = settled.map((row) => ({
    cursor: cursorOf({ xid: BigInt(row.xid), id: row.changeId }),
    data: tell(row),
  }));
  if (first >= 0) return { changes, again: "soon" };
  return { changes, again: rows.length === BATCH ? "now" : "later" };
}

/** 8 bytes of transaction id and 16 of row id, opaque to whoever keeps it. */
export function cursorOf({ xid, id }: Position): string {
  const bytes = Buffer.alloc(24);
  bytes.writeBigUInt64BE(xid);
  bytes.write(id.replaceAll("-", ""), 8, "hex");
  return bytes.toString("base64url");
}

function positionOf(cursor: string): Position {
  const bytes = Buffer.from(cursor, "base64url");
  const hex = bytes.toString("hex", 8);
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { xid: bytes.readBigUInt64BE(), id };
}

/** Milliseconds since 1970 of a UUID of version 7. */
function timeOf(id: string): number {
  return Number.parseInt(id.replace("-", "").slice(0, 12), 16);
}

/** Frees changes that nobody resumes from any more, of every workspace, a thousand at a time. */
export async function sweepChanges(tx: ScopedDatabase): Promise<number> {
  const [row] = await tx.select({ swept: sql<number>`swept` }).from(sql`forget_old_changes() as swept`);
  return row?.swept ?? 0;
}
