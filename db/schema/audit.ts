import { sql } from "drizzle-orm";
import { bigint, check, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, newId, xid8 } from "@/db/schema/columns";

/** Append-only: no role may update or delete it. `xid` gives the order in which rows settle. */
export const auditEvent = pgTable(
  "audit_event",
  {
    id: uuid("id").primaryKey().$defaultFn(newId),
    xid: xid8("xid").notNull().default(sql`pg_current_xact_id()`),
    at: instant("at").notNull().default(sql`clock_timestamp()`),
    workspaceId: uuid("workspace_id"),
    actorKind: text("actor_kind", { enum: ["user", "key", "service", "system", "anonymous"] }).notNull(),
    actorId: uuid("actor_id"),
    /** The key by which the actor called; null for a cookie, a token or a certificate. */
    keyId: uuid("key_id"),
    action: text("action").notNull(),
    resourceKind: text("resource_kind").notNull(),
    resourceId: uuid("resource_id"),
    /** The way in that refused: the path of a procedure, a route of auth, or the gate. Null for what was done. */
    target: text("target"),
    outcome: text("outcome", { enum: ["success", "denied", "failure"] }).notNull(),
    reason: text("reason"),
    requestId: text("request_id"),
    addressPrefix: text("address_prefix"),
    /** Digests under our secret: they tell equal from different, and nobody who or where. */
    addressDigest: text("address_digest"),
    /** Of the e-mail address that a sign-in tried. */
    accountDigest: text("account_digest"),
    count: integer("count").notNull().default(1),
    /** SHA-256 over salt and facts of the row's detail; null where it has none. Stays when the detail is erased. */
    detailDigest: text("detail_digest"),
  },
  (table) => [
    index("audit_event_actor").on(table.actorId, table.id),
    // In the order in which rows settle: a service pulls what comes after its cursor.
    index("audit_event_workspace").on(table.workspaceId, table.xid, table.id),
    // For exports of a range of time.
    index("audit_event_time").on(table.at, table.id),
    // Unique, so that a detail can refer to the row of its own transaction.
    uniqueIndex("audit_event_order").on(table.xid, table.id),
    // What verifying looks up before it walks: what was taken away by right.
    index("audit_event_taken").on(table.id).where(sql`${table.action} in ('audit_retained', 'user_erased')`),
    check("audit_event_outcome_known", sql`${table.outcome} in ('success', 'denied', 'failure')`),
    check(
      "audit_event_actor_known",
      sql`${table.actorKind} in ('user', 'key', 'service', 'system', 'anonymous')`,
    ),
  ],
);

/**
 * What a change was: before, after, personal fields. May be erased, with its salt: the digest alone then tells nobody
 * what it was. Its reference to (xid, id) of the event is in drizzle/0011_audit_detail_walls.sql.
 */
export const auditDetail = pgTable("audit_detail", {
  eventId: uuid("event_id").primaryKey(),
  xid: xid8("xid").notNull().default(sql`pg_current_xact_id()`),
  /** 128 random bits, base64url. */
  salt: text("salt").notNull(),
  /** Canonical JSON of a `Change`; text, so that it is read as it was digested. */
  facts: text("facts").notNull(),
});

/**
 * Each row vouches for some rows of `audit_event`, and for the seal before it. Append-only; the key is not in the
 * database. `lastXid` and `lastId` say how far the order (xid, id) is sealed.
 */
export const auditSeal = pgTable("audit_seal", {
  number: bigint("number", { mode: "number" }).primaryKey(),
  rowIds: uuid("row_ids").array().notNull(),
  /** SHA-256 of each row, in the order of `rowIds`: tells which row was altered. */
  rowDigests: text("row_digests").array().notNull(),
  count: integer("count").notNull(),
  /** SHA-256 of both lists: the chain can be walked without them. */
  digest: text("digest").notNull(),
  lastXid: xid8("last_xid").notNull(),
  lastId: uuid("last_id").notNull(),
  keyVersion: integer("key_version").notNull(),
  hmac: text("hmac").notNull(),
  sealedAt: instant("sealed_at").notNull(),
});
