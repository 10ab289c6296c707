import type { Page } from "@/db/page";
import type { Scope } from "@/db/scope";
import {
  type AccountRow,
  deleteAccount,
  insertAccount,
  listAccounts,
} from "@/server/features/service-account/queries";
import type {
  CreateServiceAccount,
  ListServiceAccounts,
  ServiceAccount,
} from "@/server/features/service-account/schema";
import { noteChange, written } from "@/server/guard/change";
import { outOfReach } from "@/server/guard/errors";
import type { Identity } from "@/server/identity/identity";
import { permissionsText, scopesIn } from "@/server/identity/keys/scopes";

export async function listServiceAccounts(
  scope: Scope,
  input: ListServiceAccounts,
): Promise<Page<ServiceAccount>> {
  const { items, nextCursor } = await listAccounts(scope, input);
  return { items: items.map(toServiceAccount), nextCursor };
}

/** @throws Refusal FORBIDDEN when a scope is more than the caller holds; CONFLICT when the certificate is another's. */
export async function createServiceAccount(
  scope: Scope,
  held: Identity["permissions"],
  { name, scopes, certificate }: CreateServiceAccount,
): Promise<ServiceAccount> {
  if (!scopes.every((one) => held.has(one))) return outOfReach();
  const permissions = permissionsText([...new Set(scopes)]);
  const row = await insertAccount(scope, { name, permissions, certificate: certificate ?? null });
  noteChange(scope, { before: null, after: factsOf(row) });
  return toServiceAccount(row);
}

export async function deleteServiceAccount(scope: Scope, id: string): Promise<{ id: string }> {
  const row = await deleteAccount(scope, id);
  noteChange(scope, { before: factsOf(row), after: null });
  return { id: row.id };
}

function toServiceAccount({ permissions, ...row }: AccountRow): ServiceAccount {
  return { ...row, scopes: scopesIn(permissions) };
}

function factsOf({ name, permissions, certificate }: AccountRow) {
  return { name: written(name), scopes: scopesIn(permissions).join(" "), certificate };
}
