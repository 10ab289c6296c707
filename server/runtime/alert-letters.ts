import { claimCriticalAlerts } from "@/db/alert-letters";
import type { Sql } from "@/db/client";
import { AS_SECURITY } from "@/db/seals";
import { securityAlertLetter } from "@/server/platform/mail/letters";
import type { Post } from "@/server/platform/mail/post";
import type { Runtime } from "@/server/runtime";

interface AlertLettersOptions {
  openTransaction: Runtime["openTransaction"];
  /** Connected as holdfast_auth. */
  sql: Sql;
  later: Post["later"];
  baseUrl: string;
}

/** Writes to every admin about critical alerts: one letter about all that came since the last look. */
export async function writeOfAlerts({ openTransaction, sql, later, baseUrl }: AlertLettersOptions) {
  const transaction = openTransaction(AS_SECURITY);
  const alerts = await claimCriticalAlerts(transaction.db).then(
    async (claimed) => {
      await transaction.commit();
      return claimed;
    },
    async (error: unknown) => {
      await transaction.rollback();
      throw error;
    },
  );
  if (alerts.length === 0) return;
  later(async () => {
    const admins = await sql<{ email: string }[]>`
      select email from "user" where role = 'admin'
        and not (coalesce(banned, false) and (ban_expires is null or ban_expires > now()))`;
    return admins.map(({ email }) => securityAlertLetter({ to: email, link: baseUrl, alerts }));
  });
}
