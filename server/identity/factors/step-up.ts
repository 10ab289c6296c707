import { base64 } from "@better-auth/utils/base64";
import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import type { GenericEndpointContext } from "better-auth";
import { APIError, createAuthEndpoint, sensitiveSessionMiddleware } from "better-auth/api";
import { z } from "zod";
import type { Factors } from "@/server/identity/factors/factors";

interface StepUpOptions {
  factors: Factors;
  origins: string[];
  rpId: string;
  /** Where Better Auth's passkeys keep the token of their challenge. */
  challengeCookie: string;
}

type Assertion = Parameters<typeof verifyAuthenticationResponse>[0]["response"];
const asSession = { use: [sensitiveSessionMiddleware] };

/** Proving once more, within a session, who one is: by password, code or passkey. Its time stands on the session's row. */
export function stepUpEndpoints(options: StepUpOptions) {
  const { factors } = options;
  const route = <Body extends z.ZodObject>(
    path: string,
    body: Body,
    isProven: (ctx: GenericEndpointContext, userId: string, given: z.output<Body>) => Promise<boolean>,
  ) =>
    createAuthEndpoint(path, { method: "POST", body, ...asSession }, async (ctx) => {
      const { user, session } = ctx.context.session;
      if (!(await isProven(ctx, user.id, ctx.body as z.output<Body>)))
        throw new APIError("UNAUTHORIZED", NOT_PROVEN);
      await factors.noteProof(session.id);
      return ctx.json({ status: true });
    });
  return {
    stepUpByPassword: route("/step-up/password", z.object({ password: z.string() }), hasPassword),
    stepUpByTotp: route("/step-up/totp", z.object({ code: z.string() }), (_, userId, { code }) =>
      factors.totp.use(userId, code),
    ),
    stepUpByPasskey: route(
      "/step-up/passkey",
      z.object({ response: z.record(z.string(), z.unknown()) }),
      (ctx, userId, { response }) => hasPasskey(options, ctx, userId, response as unknown as Assertion),
    ),
  };
}

const NOT_PROVEN = { code: "NOT_PROVEN", message: "That was not right. Try again." };

async function hasPassword(ctx: GenericEndpointContext, userId: string, { password }: { password: string }) {
  const account = await ctx.context.internalAdapter.findCredentialAccount(userId);
  return (
    Boolean(account?.password) && ctx.context.password.verify({ hash: account?.password ?? "", password })
  );
}

/** Takes the challenge that `/passkey/generate-authenticate-options` gave to this very person, once. */
async function hasPasskey(
  { origins, rpId, challengeCookie }: StepUpOptions,
  ctx: GenericEndpointContext,
  userId: string,
  response: Assertion,
): Promise<boolean> {
  const { createAuthCookie, internalAdapter, adapter, secret } = ctx.context;
  const token = await ctx.getSignedCookie(createAuthCookie(challengeCookie).name, secret);
  const kept = token && (await internalAdapter.consumeVerificationValue(token));
  if (!kept) return false;
  const challenge = JSON.parse(kept.value) as {
    type: string;
    expectedChallenge: string;
    userData: { id: string };
  };
  if (challenge.type !== "authentication" || challenge.userData.id !== userId) return false;
  const where = [
    { field: "credentialID", value: response.id },
    { field: "userId", value: userId },
  ];
  const passkey = await adapter.findOne<Passkey>({ model: "passkey", where });
  if (!passkey) return false;
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge.expectedChallenge,
    expectedOrigin: origins,
    expectedRPID: rpId,
    credential: {
      id: passkey.credentialID,
      publicKey: new Uint8Array(base64.decode(passkey.publicKey)),
      counter: passkey.counter,
    },
    requireUserVerification: true,
  }).catch(() => ({ verified: false, authenticationInfo: undefined }));
  if (!verified || !authenticationInfo) return false;
  await adapter.update({ model: "passkey", where, update: { counter: authenticationInfo.newCounter } });
  return true;
}

interface Passkey {
  credentialID: string;
  publicKey: string;
  counter: number;
}
