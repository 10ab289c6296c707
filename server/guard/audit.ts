import { sql } from "drizzle-orm";
import { auditEvent } from "@/db/schema/audit";
import type { Scope } from "@/db/scope";
import type { AuditName } from "@/server/guard/audit-names";
import { NotWrittenDown } from "@/server/guard/errors";

interface Change {
  action: AuditName;
  resourceKind: string;
  resourceId: string | null;
  requestId: string;
  /** Kept as a prefix only: /24 of IPv4, /48 of IPv6. */
  address: string | null;
  addressDigest: string | null;
}

/**
 * Appends the row of a change inside the change's own transaction: no row, no commit.
 * @throws NotWrittenDown whatever the database says: its refusal is of our row, never of what the caller sent.
 */
export async function appendChange(scope: Scope, { address, ...change }: Change): Promise<void> {
  const row = {
    ...change,
    addressPrefix: sql`address_prefix(${address})`,
    workspaceId: scope.workspaceId,
    actorKind: "user" as const,
    actorId: scope.userId,
    outcome: "success" as const,
  };
  await scope.tx
    .insert(auditEvent)
    .values(row)
    .catch((cause: unknown) => {
      throw new NotWrittenDown(cause);
    });
}
