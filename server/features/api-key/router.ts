import {
  apiKey,
  apiKeyInput,
  apiKeyPage,
  createApiKeyInput,
  listApiKeysInput,
  madeApiKey,
  rotateApiKeyInput,
} from "@/server/features/api-key/schema";
import { createApiKey, listApiKeys, revokeApiKey, rotateApiKey } from "@/server/features/api-key/service";
import { protectedProcedure, router } from "@/server/guard/procedures";

/** Sessions only: a key, or a token that was taken, makes no keys and sees none. */
const callers = ["session"] as const;

export const apiKeyRouter = router({
  list: protectedProcedure({ permission: "apiKey:read", limit: "read", callers })
    .input(listApiKeysInput)
    .output(apiKeyPage)
    .query(({ ctx, input }) => listApiKeys(ctx.scope, input)),

  create: protectedProcedure({
    permission: "apiKey:create",
    limit: "sensitive",
    audit: "apiKey.create",
    fresh: true,
    callers,
    secret: true,
  })
    .input(createApiKeyInput)
    .output(madeApiKey)
    .mutation(({ ctx, input }) => createApiKey(ctx.scope, ctx.identity.permissions, input)),

  rotate: protectedProcedure({
    permission: "apiKey:rotate",
    limit: "sensitive",
    audit: "apiKey.rotate",
    fresh: true,
    callers,
    secret: true,
  })
    .input(rotateApiKeyInput)
    .output(madeApiKey)
    .mutation(({ ctx, input }) => rotateApiKey(ctx.scope, input)),

  revoke: protectedProcedure({
    permission: "apiKey:revoke",
    limit: "sensitive",
    audit: "apiKey.revoke",
    callers,
  })
    .input(apiKeyInput)
    .output(apiKey)
    .mutation(({ ctx, input }) => revokeApiKey(ctx.scope, input.id)),
});
