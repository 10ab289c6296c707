import { and, desc, eq, gt, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import { olderThan, type Page, toPage } from "@/db/page";
import { apikey } from "@/db/schema/api-key";
import { newId } from "@/db/schema/columns";
import { serviceAccount } from "@/db/schema/service-account";
import { inWorkspace, ownOrAny, type Scope } from "@/db/scope";
import type { ListApiKeys, RotateApiKey } from "@/server/features/api-key/schema";
import { conflict, outOfReach } from "@/server/guard/errors";

/** Never the digest: the database role could not read it. */
const columns = {
  id: apikey.id,
  name: apikey.name,
  start: sql<string>`coalesce(${apikey.start}, '')`,
  permissions: apikey.permissions,
  ownerId: apikey.ownerId,
  serviceAccountId: apikey.serviceAccountId,
  createdAt: apikey.createdAt,
  expiresAt: apikey.expiresAt,
  lastUsedAt: apikey.lastRequest,
  revokedAt: apikey.revokedAt,
  rotatedTo: apikey.rotatedTo,
};

export interface KeyRow {
  id: string;
  name: string;
  start: string;
  permissions: string;
  ownerId: string;
  serviceAccountId: string | null;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  rotatedTo: string | null;
}

/** Keys of service accounts are for those who reach any. The twin of `key_reach` in drizzle/0014_api_keys_walls.sql. */
const personsOrAny = (scope: Scope): SQL | undefined =>
  scope.reach === "any" ? undefined : isNull(apikey.serviceAccountId);

/** One's own, and those of service accounts: whoever is shown a key may act by it, and nobody acts as another person. */
const mineOrServices = (scope: Scope): SQL | undefined => {
  const mine = and(eq(apikey.ownerId, scope.userId), isNull(apikey.serviceAccountId));
  return scope.reach === "any" ? or(mine, isNotNull(apikey.serviceAccountId)) : mine;
};

export async function listKeys(scope: Scope, { cursor, limit }: ListApiKeys): Promise<Page<KeyRow>> {
  const rows = await scope.tx
    .select(columns)
    .from(apikey)
    .where(
      and(
        inWorkspace(apikey, scope),
        ownOrAny(apikey, scope),
        personsOrAny(scope),
        olderThan(apikey.id, cursor),
      ),
    )
    .orderBy(desc(apikey.id))
    .limit(limit + 1);
  return toPage(rows, limit);
}

export interface NewKey {
  id?: string;
  name: string;
  /** What is kept of the key. */
  digest: string;
  start: string;
  prefix: string;
  permissions: string;
  expiresInDays: number;
  serviceAccountId: string | null;
}

export async function insertKey(scope: Scope, made: NewKey): Promise<KeyRow> {
  const { id = newId(), digest, expiresInDays, serviceAccountId, ...rest } = made;
  const [row] = await scope.tx
    .insert(apikey)
    .values({
      ...rest,
      id,
      key: digest,
      serviceAccountId,
      referenceId: serviceAccountId ?? scope.userId,
      expiresAt: sql`now() + make_interval(days => ${expiresInDays}::int)`,
      workspaceId: scope.workspaceId,
      ownerId: scope.userId,
    })
    .returning(columns);
  return row ?? outOfReach();
}

/** What a service account of the workspace may do at most, as text. */
export async function permissionsOfAccount(scope: Scope, id: string): Promise<string> {
  const [row] = await scope.tx
    .select({ permissions: serviceAccount.permissions })
    .from(serviceAccount)
    .where(
      and(inWorkspace(serviceAccount, scope), ownOrAny(serviceAccount, scope), eq(serviceAccount.id, id)),
    );
  return row?.permissions ?? outOfReach();
}

/** Names a key's successor and its end, by one conditional statement: of any number of parallel calls one comes through. */
export async function endForSuccessor(scope: Scope, { id, overlapHours }: RotateApiKey): Promise<KeyRow> {
  const mine = and(inWorkspace(apikey, scope), mineOrServices(scope), eq(apikey.id, id));
  const [row] = await scope.tx
    .update(apikey)
    .set({
      rotatedTo: newId(),
      expiresAt: sql`least(${apikey.expiresAt}, now() + make_interval(hours => ${overlapHours}::int))`,
      updatedAt: sql`now()`,
    })
    .where(and(mine, isNull(apikey.rotatedTo), isNull(apikey.revokedAt), gt(apikey.expiresAt, sql`now()`)))
    .returning(columns);
  if (row) return row;
  if ((await scope.tx.$count(apikey, mine)) === 0) return outOfReach();
  return conflict("KEY_HAS_ENDED", "This key has ended, or has a successor already. Make a new one.");
}

export async function revokeKey(scope: Scope, id: string): Promise<KeyRow> {
  const reached = and(
    inWorkspace(apikey, scope),
    ownOrAny(apikey, scope),
    personsOrAny(scope),
    eq(apikey.id, id),
  );
  const [row] = await scope.tx
    .update(apikey)
    .set({ enabled: false, revokedAt: sql`now()`, updatedAt: sql`now()` })
    .where(and(reached, isNull(apikey.revokedAt)))
    .returning(columns);
  if (row) return row;
  if ((await scope.tx.$count(apikey, reached)) === 0) return outOfReach();
  return conflict("ALREADY_REVOKED", "This key is revoked already.");
}
