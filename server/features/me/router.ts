import { nameAndEmail } from "@/server/features/me/queries";
import { me } from "@/server/features/me/schema";
import { noInput } from "@/server/guard/input";
import { protectedProcedure, router } from "@/server/guard/procedures";

export const meRouter = router({
  get: protectedProcedure({ permission: "me:read", limit: "read" })
    .input(noInput)
    .output(me)
    .query(async ({ ctx: { identity, scope } }) => ({
      ...identity,
      ...(await nameAndEmail(scope)),
      permissions: Object.fromEntries(identity.permissions),
    })),
});
