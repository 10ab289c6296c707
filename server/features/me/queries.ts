import { user } from "@/db/schema/identity";
import { isMe, type Scope } from "@/db/scope";
import { outOfReach } from "@/server/guard/errors";

export async function nameAndEmail(scope: Scope) {
  const [row] = await scope.tx
    .select({ name: user.name, email: user.email })
    .from(user)
    .where(isMe(user, scope));
  return row ?? outOfReach();
}
