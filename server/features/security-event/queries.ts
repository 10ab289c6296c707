import { and, desc } from "drizzle-orm";
import { olderThan, type Page, toPage } from "@/db/page";
import { auditEvent } from "@/db/schema/audit";
import { everywhere, mine, type Scope } from "@/db/scope";
import type { ListSecurityEvents, SecurityEvent } from "@/server/features/security-event/schema";

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

export async function listAll(
  scope: Scope,
  { cursor, limit }: ListSecurityEvents,
): Promise<Page<SecurityEvent>> {
  const rows = await scope.tx
    .select()
    .from(auditEvent)
    .where(and(everywhere(scope), olderThan(auditEvent.id, cursor)))
    .orderBy(desc(auditEvent.id))
    .limit(limit + 1);
  return toPage(rows, limit);
}
