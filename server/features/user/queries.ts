import { createHash } from "node:crypto";
import { and, eq, exists, gt, isNull, sql } from "drizzle-orm";
import { firstAdminLink } from "@/db/schema/first-admin";
import { user } from "@/db/schema/identity";
import { isMe, type Scope } from "@/db/scope";
import type { ClaimFirstAdmin } from "@/server/features/user/schema";
import { noteChange } from "@/server/guard/change";
import { outOfReach } from "@/server/guard/errors";

/**
 * Spends the first-admin link, by one conditional statement: of any number of parallel uses, the row lock lets one
 * through and the others find it spent. An unknown, spent or expired link is the uniform 403.
 */
export async function claimFirstAdmin(scope: Scope, { token }: ClaimFirstAdmin): Promise<{ id: string }> {
  const digest = createHash("sha256").update(token).digest("base64url");
  const spent = scope.tx.$with("spent").as(
    scope.tx
      .update(firstAdminLink)
      .set({ usedAt: sql`now()`, usedBy: scope.userId })
      .where(
        and(
          eq(firstAdminLink.digest, digest),
          isNull(firstAdminLink.usedAt),
          gt(firstAdminLink.expiresAt, sql`now()`),
        ),
      )
      .returning({ singleton: firstAdminLink.singleton }),
  );
  const [[before], [after]] = await Promise.all([
    scope.tx.select({ role: user.role }).from(user).where(isMe(user, scope)).for("update"),
    scope.tx
      .with(spent)
      .update(user)
      .set({ role: "admin", updatedAt: sql`now()` })
      .where(and(isMe(user, scope), exists(scope.tx.select().from(spent))))
      .returning({ id: user.id, role: user.role }),
  ]);
  if (!before || !after) return outOfReach();
  noteChange(scope, { before: { role: before.role }, after: { role: after.role } });
  return { id: after.id };
}
