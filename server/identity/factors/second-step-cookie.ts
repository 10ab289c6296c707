import { parseCookies } from "better-auth/cookies";
import { COOKIE_PREFIX } from "@/server/identity/auth";
import { SECOND_STEP_COOKIE } from "@/server/identity/factors/second-step";

/** The token of a sign-in that waits, in a Cookie header; over https its name has a prefix. */
export function secondStepToken(cookies: string | null): string | undefined {
  const found = parseCookies(cookies ?? "");
  const name = `${COOKIE_PREFIX}.${SECOND_STEP_COOKIE}`;
  return found.get(`__Secure-${name}`) ?? found.get(name);
}
