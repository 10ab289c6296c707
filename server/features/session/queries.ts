import { and, desc, eq, gt, ne, sql } from "drizzle-orm";
import { olderThan, toPage } from "@/db/page";
import { session } from "@/db/schema/identity";
import { mine, type Scope } from "@/db/scope";
import type { ListSessions, RevokeSession } from "@/server/features/session/schema";
import { noteChange } from "@/server/guard/change";
import { outOfReach } from "@/server/guard/errors";

/** The caller's living sessions, newest first. Of an address only its prefix leaves the database, and never a token. */
export async function readSessions(scope: Scope, { cursor, limit }: ListSessions) {
  const rows = await scope.tx
    .select({
      id: session.id,
      userAgent: session.userAgent,
      addressPrefix: sql<string | null>`address_prefix(${session.ipAddress})`,
      createdAt: session.createdAt,
      lastSeenAt: session.lastSeenAt,
      expiresAt: session.expiresAt,
      secondFactorAt: session.secondFactorAt,
    })
    .from(session)
    .where(and(mine(session, scope), gt(session.expiresAt, sql`now()`), olderThan(session.id, cursor)))
    .orderBy(desc(session.id))
    .limit(limit + 1);
  return toPage(rows, limit);
}

/** Ends one of the caller's sessions, this one too. Somebody else's, an unknown and an ended one: the uniform 403. */
export async function revokeSession(scope: Scope, { id }: RevokeSession): Promise<{ id: string }> {
  const [row] = await scope.tx
    .delete(session)
    .where(and(eq(session.id, id), mine(session, scope)))
    .returning({ id: session.id, createdAt: session.createdAt });
  if (!row) return outOfReach();
  noteChange(scope, { before: { createdAt: row.createdAt.toISOString() }, after: null });
  return { id: row.id };
}

/** Ends all of the caller's sessions but the one that asks; a credential without one may not ask. */
export async function revokeOtherSessions(
  scope: Scope,
  current: string | null,
): Promise<{ revoked: number }> {
  if (current === null) return outOfReach();
  const rows = await scope.tx
    .delete(session)
    .where(and(mine(session, scope), ne(session.id, current)))
    .returning({ id: session.id });
  noteChange(scope, { before: { others: rows.length }, after: { others: 0 } });
  return { revoked: rows.length };
}
