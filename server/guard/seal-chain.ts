import { createHash, createHmac } from "node:crypto";
import type { AuditRow, Seal } from "@/db/seals";

type Unsigned = Omit<Seal, "hmac">;

/** SHA-256 over all that the database holds of a row. */
export function digestOfRow({ text }: AuditRow): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** SHA-256 over the rows of a seal, in order. */
export function digestOfRows({ rowIds, rowDigests }: Pick<Seal, "rowIds" | "rowDigests">): string {
  return createHash("sha256")
    .update(JSON.stringify([rowIds, rowDigests]))
    .digest("base64url");
}

/** HMAC-SHA-256 over the seal before and everything in this one; the row lists by their digest. */
export function hmacOfSeal(key: string, previous: Seal | undefined, seal: Unsigned): string {
  const { number, count, digest, lastXid, lastId, keyVersion, sealedAt } = seal;
  const said = [previous?.hmac ?? "", number, count, digest, lastXid, lastId, keyVersion, sealedAt];
  return createHmac("sha256", key)
    .update(`holdfast-seal-1\n${JSON.stringify(said)}`)
    .digest("base64url");
}

/** The next link of the chain, over rows in the order (xid, id). */
export function makeSeal(
  { version, key }: { version: number; key: string },
  previous: Seal | undefined,
  rows: readonly [AuditRow, ...AuditRow[]],
): Seal {
  const last = rows.at(-1) ?? rows[0];
  const lists = { rowIds: rows.map(({ id }) => id), rowDigests: rows.map(digestOfRow) };
  const seal = {
    ...lists,
    number: (previous?.number ?? 0) + 1,
    count: rows.length,
    digest: digestOfRows(lists),
    lastXid: last.xid,
    lastId: last.id,
    keyVersion: version,
    // PostgreSQL keeps microseconds, and what is read back must be what was signed.
    sealedAt: new Date().toISOString().replace("Z", "000Z"),
  };
  return { ...seal, hmac: hmacOfSeal(key, previous, seal) };
}
