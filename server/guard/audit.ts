import { sql } from "drizzle-orm";
import { kept } from "@/db/kept";
import { auditDetail, auditEvent } from "@/db/schema/audit";
import { newId } from "@/db/schema/columns";
import type { Scope } from "@/db/scope";
import type { AuditName } from "@/server/guard/audit-names";
import { detailOf } from "@/server/guard/change";
import type { Context } from "@/server/guard/context";
import { NotWrittenDown } from "@/server/guard/errors";
import { type Permission, resourceOf } from "@/server/guard/permissions";
import { actorOf } from "@/server/guard/refusals/refusal";
import type { Identity } from "@/server/identity/identity";

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

/** Who asked, from where, and of which kind of resource: what is known of a deed before its outcome. */
export function deedOf(ctx: Context, identity: Identity, permission: Permission) {
  const { actorKind, keyId } = actorOf(identity);
  return {
    actorKind,
    keyId,
    resourceKind: resourceOf(permission),
    requestId: ctx.requestId,
    address: ctx.address,
    addressDigest: ctx.addressDigest(),
  };
}

type Event = Deed & { id: string; outcome: "success"; detailDigest: string | null };

const eventInsert = kept((tx, scope, { address, ...event }: Event) =>
  tx.insert(auditEvent).values({
    ...event,
    addressPrefix: sql`address_prefix(${address})`,
    workspaceId: scope.workspaceId,
    actorId: scope.userId,
  }),
);

const detailInsert = kept((tx, _, values: { eventId: string; salt: string; facts: string }) =>
  tx.insert(auditDetail).values(values),
);

/**
 * Appends the row of a change inside the change's own transaction, and what it noted of itself beside it, in one round
 * trip: no row, no commit.
 * @throws NotWrittenDown whatever the database says: its refusal is of our row, never of what the caller sent.
 */
export async function appendChange(scope: Scope, deed: Deed): Promise<void> {
  const id = newId();
  const [change] = scope.changes;
  const detail = change && detailOf(change);
  const outcome = "success" as const;
  const event = Object.assign({ id }, deed, { outcome, detailDigest: detail?.digest ?? null });
  const rows: Promise<unknown>[] = [eventInsert(scope, event)];
  // In this order: the detail refers to its event.
  if (detail) rows.push(detailInsert(scope, { eventId: id, salt: detail.salt, facts: detail.facts }));
  await Promise.all(rows).catch((cause: unknown) => {
    throw new NotWrittenDown(cause);
  });
}
