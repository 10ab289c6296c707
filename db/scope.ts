/**
 * The first wall. A query takes a `Scope`, which only the guard can mint, and puts the scope into every `where`,
 * writes included. The predicates here are the only way to say "this workspace" and "mine"; a test reads every query
 * and fails when one is missing. The second wall says the same in drizzle/0001_walls.sql.
 */
import { and, type Column, eq, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Change } from "@/db/detail";
import type { ScopedDatabase, Transaction } from "@/db/transaction";

/** How far a grant goes: the caller's own rows, or any row of the workspace. */
export type Reach = "own" | "any";

declare const minted: unique symbol;

/** A transaction that belongs to one caller in one workspace. */
export interface Scope {
  readonly [minted]: true;
  readonly tx: ScopedDatabase;
  /** For db/kept.ts alone: `tx` is what queries are written on. */
  readonly unsafe: Transaction["unsafe"];
  readonly workspaceId: string;
  readonly userId: string;
  readonly reach: Reach;
  /** What the mutation did, for its audit row: filled by `noteChange`, at most once. */
  readonly changes: Change[];
}

type TenantTable = PgTable & { workspaceId: Column };
type OwnedTable = TenantTable & { ownerId: Column };
type KeyedTable = OwnedTable & { id: Column; version: Column };

/** Rows of the scope's workspace. */
export function inWorkspace(table: TenantTable, scope: Scope): SQL {
  return eq(table.workspaceId, scope.workspaceId);
}

/** Rows within the caller's grant: their own, or any. The twin of `app.reach`. */
export function ownOrAny(
  table: OwnedTable | (PgTable & { inviterId: Column }),
  scope: Scope,
): SQL | undefined {
  const owner = "inviterId" in table ? table.inviterId : table.ownerId;
  return scope.reach === "any" ? undefined : eq(owner, scope.userId);
}

/** Members of the scope's workspace. */
export function ofWorkspace(table: PgTable & { organizationId: Column }, scope: Scope): SQL {
  return eq(table.organizationId, scope.workspaceId);
}

/** The scope's workspace itself. */
export function isWorkspace(table: PgTable & { id: Column; personalUserId: Column }, scope: Scope): SQL {
  return eq(table.id, scope.workspaceId);
}

/** Personal data: rows about the caller. */
export function mine(table: PgTable & ({ userId: Column } | { actorId: Column }), scope: Scope): SQL {
  return eq("userId" in table ? table.userId : table.actorId, scope.userId);
}

/** The caller's own row in `user`. */
export function isMe(table: PgTable & { id: Column; email: Column }, scope: Scope): SQL {
  return eq(table.id, scope.userId);
}

/** The version the caller read; nothing when the caller named none. */
export function atVersion(table: { version: Column }, version: number | undefined): SQL | undefined {
  return version === undefined ? undefined : eq(table.version, version);
}

/** Whether a row that an update did not change is within reach: tells 409 from 403, inside the scope only. */
export async function isInReach(scope: Scope, table: KeyedTable, id: string): Promise<boolean> {
  const rows = await scope.tx
    .select({ found: sql`1` })
    .from(table)
    .where(and(eq(table.id, id), inWorkspace(table, scope), ownOrAny(table, scope)));
  return rows.length > 0;
}

/** Rows of every workspace: for security staff, whose grant reaches any. Nothing for anybody else. */
export function everywhere(scope: Scope): SQL | undefined {
  return scope.reach === "any" ? undefined : sql`false`;
}
