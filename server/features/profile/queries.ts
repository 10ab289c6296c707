import { sql } from "drizzle-orm";
import { user } from "@/db/schema/identity";
import { isMe, type Scope } from "@/db/scope";
import type { UpdateProfile } from "@/server/features/profile/schema";
import { noteChange } from "@/server/guard/change";
import { outOfReach } from "@/server/guard/errors";

const columns = { id: user.id, name: user.name, email: user.email, createdAt: user.createdAt };

export async function getProfile(scope: Scope) {
  const [row] = await scope.tx.select(columns).from(user).where(isMe(user, scope));
  return row ? { ...row, createdAt: row.createdAt.toISOString() } : outOfReach();
}

export async function updateProfile(scope: Scope, { name }: UpdateProfile) {
  const [[before], [row]] = await Promise.all([
    scope.tx.select(columns).from(user).where(isMe(user, scope)).for("update"),
    scope.tx.update(user).set({ name, updatedAt: sql`now()` }).where(isMe(user, scope)).returning(columns),
  ]);
  if (!before || !row) return outOfReach();
  // A person's own name is a personal field, not content: it is kept where it can be erased.
  noteChange(scope, { before: { name: before.name }, after: { name: row.name } });
  return { ...row, createdAt: row.createdAt.toISOString() };
}
