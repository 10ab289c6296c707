import { initTRPC } from "@trpc/server";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import type { Context } from "@/server/guard/context";
import { publicError } from "@/server/guard/errors";
import type { Meta } from "@/server/guard/policy";

/** Private to `guard/`: whoever holds this can build a procedure without a policy. */
export const trpc = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    isDev: false,
    errorFormatter({ shape, error, ctx }) {
      const { message, ...data } = publicError(error);
      const known: Record<string, typeof shape.code> = TRPC_ERROR_CODES_BY_KEY;
      return {
        code: known[data.code] ?? shape.code,
        message,
        data: { ...data, requestId: ctx?.requestId ?? "" },
      };
    },
  });
