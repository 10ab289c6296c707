import { initTRPC } from "@trpc/server";
import type { Context } from "@/server/guard/context";
import { publicError, rpcCode } from "@/server/guard/errors";
import type { Meta } from "@/server/guard/policy";

/** Private to `guard/`: whoever holds this can build a procedure without a policy. */
export const trpc = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    isDev: false,
    sse: {
      // Proxies cut what is silent for a minute; a client that hears nothing for three pings comes again.
      ping: { enabled: true, intervalMs: 15_000 },
      client: { reconnectAfterInactivityMs: 45_000 },
    },
    errorFormatter({ error, ctx }) {
      const { message, ...data } = publicError(error);
      return { code: rpcCode(data.code), message, data: { ...data, requestId: ctx?.requestId ?? "" } };
    },
  });
