import type postgres from "postgres";
import { v7 } from "uuid";
import { makeKey } from "@/server/identity/keys/form";
import type { Rows } from "@/tests/isolation/inputs";

interface Keeper {
  workspaceId: string;
  ownerId: string;
  mark: string;
}

/** A key of a person's and a service account, put behind the walls: not every role may make the second. */
export async function addKeys(admin: postgres.Sql, { workspaceId, ownerId, mark }: Keeper) {
  const [apiKey, serviceAccount] = [v7(), v7()];
  const { digest, start } = makeKey();
  await admin`insert into service_account (id, workspace_id, owner_id, name)
    values (${serviceAccount}, ${workspaceId}, ${ownerId}, ${`Service ${mark}`})`;
  await admin`insert into apikey (id, workspace_id, owner_id, reference_id, name, start, key, expires_at)
    values (${apiKey}, ${workspaceId}, ${ownerId}, ${ownerId}, ${`Key ${mark}`}, ${start}, ${digest}, now() + interval '1 day')`;
  return { apiKey, serviceAccount };
}

/** A key of the service account among the rows, for the trail of their workspace; answers the header that presents it. */
export async function addServiceKey(admin: postgres.Sql, { workspace, user, serviceAccount }: Rows) {
  const { key, digest } = makeKey();
  const may = '{"securityEvent":["pull"]}';
  await admin`update service_account set permissions = ${may} where id = ${serviceAccount} and workspace_id = ${workspace}`;
  await admin`insert into apikey (id, workspace_id, owner_id, reference_id, service_account_id, name, key, permissions, expires_at)
    values (${v7()}, ${workspace}, ${user}, ${serviceAccount}, ${serviceAccount}, 'A key', ${digest}, ${may}, now() + interval '1 day')`;
  return { "x-api-key": key };
}
