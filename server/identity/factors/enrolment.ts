import { APIError, createAuthEndpoint, sensitiveSessionMiddleware } from "better-auth/api";
import { z } from "zod";
import type { Factors } from "@/server/identity/factors/factors";
import { WRONG_CODE } from "@/server/identity/factors/second-step-endpoints";

const asSession = { use: [sensitiveSessionMiddleware] };

/** Setting a second factor, and taking it away. The table of routes asks for a fresh proof before each of these. */
export function enrolmentEndpoints(factors: Factors) {
  return {
    factorStatus: createAuthEndpoint("/two-factor/status", { method: "GET", ...asSession }, async (ctx) => {
      const { user, session } = ctx.context.session;
      const status = await factors.statusOf(user.id);
      return ctx.json({ ...status, secondFactor: Boolean(session.secondFactorAt) });
    }),

    enrolTotp: createAuthEndpoint("/two-factor/enable", { method: "POST", ...asSession }, async (ctx) => {
      const { id, email } = ctx.context.session.user;
      const enrolment = await factors.totp.enrol(id, email);
      if (!enrolment) throw new APIError("CONFLICT", ALREADY_SET);
      return ctx.json(enrolment);
    }),

    confirmTotp: createAuthEndpoint(
      "/two-factor/confirm",
      { method: "POST", body: z.object({ code: z.string() }), ...asSession },
      async (ctx) => {
        const { user, session } = ctx.context.session;
        if (!(await factors.totp.confirm(user.id, session.id, ctx.body.code)))
          throw new APIError("BAD_REQUEST", WRONG_CODE);
        const { recoveryCodes } = await factors.statusOf(user.id);
        return ctx.json({
          recoveryCodes: recoveryCodes > 0 ? null : await factors.recoveryCodes.renew(user.id),
        });
      },
    ),

    removeTotp: createAuthEndpoint("/two-factor/disable", { method: "POST", ...asSession }, async (ctx) => {
      const removed = await factors.totp.remove(ctx.context.session.user.id);
      if (!removed) throw new APIError("CONFLICT", NOT_SET);
      return ctx.json({ status: true });
    }),

    renamePasskey: createAuthEndpoint(
      "/passkey/rename",
      { method: "POST", body: z.object({ id: z.string(), name: z.string() }), ...asSession },
      async (ctx) => {
        if (!(await factors.renamePasskey(ctx.context.session.user.id, ctx.body)))
          throw new APIError("FORBIDDEN", OUT_OF_REACH);
        return ctx.json({ status: true });
      },
    ),

    removePasskey: createAuthEndpoint(
      "/passkey/remove",
      { method: "POST", body: z.object({ id: z.string() }), ...asSession },
      async (ctx) => {
        if (!(await factors.removePasskey(ctx.context.session.user.id, ctx.body.id)))
          throw new APIError("FORBIDDEN", OUT_OF_REACH);
        return ctx.json({ status: true });
      },
    ),

    renewRecoveryCodes: createAuthEndpoint(
      "/two-factor/recovery-codes",
      { method: "POST", ...asSession },
      async (ctx) => {
        const { id } = ctx.context.session.user;
        if ((await factors.secondFactorOf(id)) === "none") throw new APIError("CONFLICT", NOT_SET);
        return ctx.json({ recoveryCodes: await factors.recoveryCodes.renew(id) });
      },
    ),
  };
}

const ALREADY_SET = { code: "ALREADY_SET", message: "An authenticator app is set already. Remove it first." };
const OUT_OF_REACH = { code: "FORBIDDEN", message: "You may not do this, or it is not there." };
const NOT_SET = { code: "NOT_SET", message: "There is no second factor." };
