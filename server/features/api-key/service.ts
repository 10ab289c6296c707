import type { Page } from "@/db/page";
import type { Scope } from "@/db/scope";
import {
  endForSuccessor,
  insertKey,
  type KeyRow,
  listKeys,
  type NewKey,
  permissionsOfAccount,
  revokeKey,
} from "@/server/features/api-key/queries";
import {
  type ApiKey,
  type CreateApiKey,
  type ListApiKeys,
  type MadeApiKey,
  PERSON_SCOPES,
  type RotateApiKey,
} from "@/server/features/api-key/schema";
import { noteChange, written } from "@/server/guard/change";
import { outOfReach } from "@/server/guard/errors";
import type { Identity } from "@/server/identity/identity";
import { KEY_PREFIX, makeKey } from "@/server/identity/keys/form";
import { permissionsText, scopesIn } from "@/server/identity/keys/scopes";

export async function listApiKeys(scope: Scope, input: ListApiKeys): Promise<Page<ApiKey>> {
  const { items, nextCursor } = await listKeys(scope, input);
  return { items: items.map(toApiKey), nextCursor };
}

/**
 * Makes a key for the caller, or for a service account of the workspace, and shows it this once.
 * @throws Refusal FORBIDDEN when a scope is more than the caller holds, or than the account may be given.
 */
export async function createApiKey(
  scope: Scope,
  held: Identity["permissions"],
  input: CreateApiKey,
): Promise<MadeApiKey> {
  const { name, expiresInDays, serviceAccountId = null } = input;
  const scopes = [...new Set(input.scopes)];
  const given = serviceAccountId
    ? scopesIn(await permissionsOfAccount(scope, serviceAccountId))
    : PERSON_SCOPES.filter((one) => held.has(one));
  if (!scopes.every((one) => (given as readonly string[]).includes(one))) return outOfReach();
  const made = await insertMade(scope, {
    ...{ name, expiresInDays, serviceAccountId },
    permissions: permissionsText(scopes),
  });
  noteChange(scope, { before: null, after: factsOf(made) });
  return made;
}

/** Makes a successor of a key, with its name and scopes; the key itself ends after the overlap, or at once. */
export async function rotateApiKey(scope: Scope, input: RotateApiKey): Promise<MadeApiKey> {
  const { id: replaces, name, permissions, serviceAccountId, ...old } = await endForSuccessor(scope, input);
  const made = await insertMade(scope, {
    ...{ name, permissions, serviceAccountId, expiresInDays: input.expiresInDays },
    ...(old.rotatedTo && { id: old.rotatedTo }),
  });
  const overlapEndsAt = old.expiresAt.toISOString();
  noteChange(scope, { before: null, after: { ...factsOf(made), replaces, overlapEndsAt } });
  return made;
}

export async function revokeApiKey(scope: Scope, id: string): Promise<ApiKey> {
  const row = await revokeKey(scope, id);
  const { ownerId, serviceAccountId } = row;
  noteChange(scope, {
    before: { revoked: false, ownerId, serviceAccountId },
    after: { revoked: true, ownerId, serviceAccountId },
  });
  return toApiKey(row);
}

type Given = Pick<NewKey, "id" | "name" | "permissions" | "serviceAccountId" | "expiresInDays">;

async function insertMade(scope: Scope, given: Given): Promise<MadeApiKey> {
  const { key, digest, start } = makeKey();
  const row = await insertKey(scope, { ...given, digest, start, prefix: KEY_PREFIX });
  return { ...toApiKey(row), key };
}

function toApiKey({ permissions, createdAt, expiresAt, lastUsedAt, revokedAt, ...row }: KeyRow): ApiKey {
  return {
    ...row,
    scopes: scopesIn(permissions),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}

function factsOf({ name, scopes, expiresAt, serviceAccountId }: ApiKey) {
  return { name: written(name), scopes: scopes.join(" "), expiresAt, serviceAccountId };
}
