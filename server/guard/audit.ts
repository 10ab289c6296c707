import { sql } from "drizzle-orm";
import { auditDetail, auditEvent } from "@/db/schema/audit";
import { newId } from "@/db/schema/columns";
import type { Scope } from "@/db/scope";
import type { AuditName } from "@/server/guard/audit-names";
import { detailOf } from "@/server/guard/change";
import { NotWrittenDown } from "@/server/guard/errors";

interface Deed {
  action: AuditName;
  resourceKind: string;
  resourceId: string | null;
  requestId: string;
  /** Kept as a prefix only: /24 of IPv4, /48 of IPv6. */
  address: string | null;
  addressDigest: string | null;
  /** Who acted, and by which key; whose id that is, the scope says. */
  actorKind: "user" | "key" | "service";
  keyId: string | null;
}

/**
/**
 * Appends the row of a change inside the change's own transaction, and what it noted of itself beside it, in one round
 * trip: no row, no commit.
 * @throws NotWrittenDown whatever the database says: its refusal is of our row, never of what the caller sent.
 */
export async function appendChange(scope: Scope, { address, ...deed }: Deed): Promise<void> {
  const id = newId();
  const [change] = scope.changes;
  const detail = change && detailOf(change);
  const event = scope.tx.insert(auditEvent).values({
    id,
    ...deed,
    addressPrefix: sql`address_prefix(${address})`,
    workspaceId: scope.workspaceId,
    actorId: scope.userId,
    outcome: "success" as const,
    detailDigest: detail?.digest ?? null,
  });
  const rows: Promise<unknown>[] = [event.execute()];
  // In this order: the detail refers to its event.
  if (detail) {
    const { salt, facts } = detail;
    rows.push(scope.tx.insert(auditDetail).values({ eventId: id, salt, facts }).execute());
  }
  await Promise.all(rows).catch((cause: unknown) => {
    throw new NotWrittenDown(cause);
  });
}
