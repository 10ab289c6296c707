import { createHash } from "node:crypto";
import { and, eq, gt, sql } from "drizzle-orm";
import { idempotencyRecord } from "@/db/schema/idempotency";
import { organization } from "@/db/schema/identity";
import { inWorkspace, type Scope } from "@/db/scope";

/** One use of a key: the same `fingerprint` means the same procedure with the same input. */
export interface Attempt {
  key: string;
  procedure: string;
  fingerprint: string;
}

export interface Earlier {
  fingerprint: string;
  reach: Scope["reach"];
  resourceId: string | null;
  /** Null when the answer held a secret and was not kept. */
  answer: { data: unknown } | null;
}

/** SHA-256 over procedure and input. The order of an input's keys says nothing, that of a list's items does. */
export function fingerprintOf(procedure: string, input: unknown): string {
  const text = JSON.stringify([procedure, sorted(input)]);
  return createHash("sha256").update(text).digest("base64url");
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  // Entries, not an object: a key such as "__proto__" or "1" would not keep its place there.
  const entries = Object.entries(value).filter(([, of]) => of !== undefined);
  return { entries: entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, of]) => [key, sorted(of)]) };
}

/**
 * What the caller's key stands for: the earlier use, or nothing and then it is ours until the transaction ends, or
 * "running" when another has it. Answers at once: it never waits for the other.
 */
export async function claim(scope: Scope, { key }: Attempt): Promise<Earlier | "running" | null> {
  // Two statements, in one round trip: the second sees what was committed before the lock was free.
  const [[lock], [earlier]] = await Promise.all([
    scope.tx.execute(sql`select pg_try_advisory_xact_lock(${lockNumber(scope, key)}::bigint) as free`),
    scope.tx
      .select({
        fingerprint: idempotencyRecord.fingerprint,
        reach: idempotencyRecord.reach,
        resourceId: idempotencyRecord.resourceId,
        answer: idempotencyRecord.answer,
      })
      .from(idempotencyRecord)
      .where(
        and(
          inWorkspace(idempotencyRecord, scope),
          eq(idempotencyRecord.ownerId, scope.userId),
          eq(idempotencyRecord.key, key),
          gt(idempotencyRecord.createdAt, sql`now() - interval '24 hours'`),
        ),
      ),
  ]);
  if (earlier) return earlier;
  return lock?.free === true ? null : "running";
}

/** 64 bits for workspace, caller and key. Should two ever meet in one, the later is told to try again. */
function lockNumber({ workspaceId, userId }: Scope, key: string): bigint {
  const text = JSON.stringify(["idempotency", workspaceId, userId, key]);
  return createHash("sha256").update(text).digest().readBigInt64BE();
}

interface Outcome {
  resourceId: string | null;
  answer: { data: unknown } | null;
}

/** Keeps the answer in the mutation's own transaction. Nothing is kept for a workspace that it has deleted. */
export async function remember(scope: Scope, attempt: Attempt, outcome: Outcome): Promise<void> {
  const answer = outcome.answer && JSON.stringify(outcome.answer);
  await Promise.all([
    scope.tx.execute(sql`select forget_expired_answers(${attempt.key})`),
    scope.tx.execute(sql`
      insert into ${idempotencyRecord}
        (workspace_id, owner_id, key, procedure, fingerprint, reach, resource_id, answer)
      select ${organization.id}, ${scope.userId}::uuid, ${attempt.key}, ${attempt.procedure}, ${attempt.fingerprint},
        ${scope.reach}, ${outcome.resourceId}::uuid, ${answer}::json
      from ${organization} where ${eq(organization.id, scope.workspaceId)}`),
  ]);
}
