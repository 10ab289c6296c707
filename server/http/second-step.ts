import { z } from "zod";
import { secondStepToken } from "@/server/identity/factors/second-step-cookie";
import type { Runtime } from "@/server/runtime";

const needed = z.object({
  code: z.literal("SECOND_FACTOR_REQUIRED"),
  twoFactorMethods: z.array(z.enum(["totp", "passkey"])),
});

/** What a sign-in is answered whose password is right and whose second factor is still to come; undefined otherwise. */
export function secondStepAnswer(body: unknown) {
  const { data } = needed.safeParse(body);
  return data && { twoFactorRedirect: true, twoFactorMethods: data.twoFactorMethods };
}

/** The account whose sign-in waits in the browser that sends this; null where none does. */
export async function waitingAccount({ factors }: Runtime, request: Request): Promise<string | null> {
  const token = secondStepToken(request.headers.get("cookie"));
  return (token && (await factors.secondSteps.accountOf(token))) || null;
}
