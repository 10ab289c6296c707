import { sql } from "drizzle-orm";
import { user } from "@/db/schema/identity";
import { isMe, type Scope } from "@/db/scope";
import type { UpdateProfile } from "@/server/features/profile/schema";
import { outOfReach } from "@/server/guard/errors";

const columns = { id: user.id, name: user.name, email: user.email, createdAt: user.createdAt };

export async function getProfile(scope: Scope) {
  const [row] = await scope.tx.select(columns).from(user).where(isMe(user, scope));
  return row ? { ...row, createdAt: row.createdAt.toISOString() } : outOfReach();
}

export async function updateProfile(scope: Scope, { name }: UpdateProfile) {
  const [row] = await scope.tx
    .update(user)
    .set({ name, updatedAt: sql`now()` })
    .where(isMe(user, scope))
    .returning(columns);
  return row ? { ...row, createdAt: row.createdAt.toISOString() } : outOfReach();
}
