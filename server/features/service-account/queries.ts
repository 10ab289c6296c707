import { and, desc, eq } from "drizzle-orm";
import { olderThan, type Page, toPage } from "@/db/page";
import { serviceAccount } from "@/db/schema/service-account";
import { inWorkspace, ownOrAny, type Scope } from "@/db/scope";
import type { ListServiceAccounts } from "@/server/features/service-account/schema";
import { outOfReach } from "@/server/guard/errors";

const columns = {
  id: serviceAccount.id,
  name: serviceAccount.name,
  permissions: serviceAccount.permissions,
  certificate: serviceAccount.certificate,
  createdAt: serviceAccount.createdAt,
};

export interface AccountRow {
  id: string;
  name: string;
  permissions: string;
  certificate: string | null;
  createdAt: string;
}

export async function listAccounts(
  scope: Scope,
  { cursor, limit }: ListServiceAccounts,
): Promise<Page<AccountRow>> {
  const rows = await scope.tx
    .select(columns)
    .from(serviceAccount)
    .where(
      and(
        inWorkspace(serviceAccount, scope),
        ownOrAny(serviceAccount, scope),
        olderThan(serviceAccount.id, cursor),
      ),
    )
    .orderBy(desc(serviceAccount.id))
    .limit(limit + 1);
  return toPage(rows, limit);
}

export async function insertAccount(
  scope: Scope,
  account: Pick<AccountRow, "name" | "permissions" | "certificate">,
): Promise<AccountRow> {
  const [row] = await scope.tx
    .insert(serviceAccount)
    .values({ ...account, workspaceId: scope.workspaceId, ownerId: scope.userId })
    .returning(columns);
  return row ?? outOfReach();
}

/** Its keys end with it. */
export async function deleteAccount(scope: Scope, id: string): Promise<AccountRow> {
  const [row] = await scope.tx
    .delete(serviceAccount)
    .where(
      and(inWorkspace(serviceAccount, scope), ownOrAny(serviceAccount, scope), eq(serviceAccount.id, id)),
    )
    .returning(columns);
  return row ?? outOfReach();
}
