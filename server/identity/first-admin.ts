import { createHash, randomBytes } from "node:crypto";
import type { Sql } from "@/db/client";

/**
 * Makes the link that makes the first admin, in place of an earlier one; null once there is an admin. Only its digest
 * is stored. The secret lies in the fragment, which browsers never send.
 */
export async function firstAdminLink(sql: Sql, baseUrl: string): Promise<string | null> {
  const token = randomBytes(32).toString("base64url");
  const digest = createHash("sha256").update(token).digest("base64url");
  const made = await sql`
    insert into first_admin_link (digest, expires_at)
    select ${digest}, now() + interval '1 hour' where not exists (select 1 from "user" where role = 'admin')
    on conflict (singleton) do update
      set digest = excluded.digest, expires_at = excluded.expires_at, used_at = null, used_by = null
    returning 1`;
  return made.length === 1 ? `${baseUrl}/first-admin#${token}` : null;
}
