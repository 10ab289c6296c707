import { createHash } from "node:crypto";
import { createEmailVerificationToken } from "better-auth/api";
import { v7 } from "uuid";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AUTH_ROUTES } from "@/server/http/auth-routes";
import { FACTOR_ROUTES } from "@/server/http/auth-routes-factors";
import { OIDC_ROUTES } from "@/server/http/auth-routes-oidc";
import { currentSecret } from "@/server/platform/secrets/versions";
import { cookieOf, PASSWORD, sendAuth, signIn, signUp } from "@/tests/support/browser";
import { type House, openHouse } from "@/tests/support/house";
import { expectTrail, trailOf } from "@/tests/support/trail";

let house: House;
let cookie: string;
const email = "events@example.com";
const FORGETFUL = "forgetful@example.com";
const headers = () => ({ cookie });
beforeAll(async () => {
  house = await openHouse();
  await signUp(house, email);
  await signUp(house, FORGETFUL);
  await house.admin`update "user" set email_verified = true where email = ${FORGETFUL}`;
  cookie = cookieOf(await signIn(house, email));
});
afterAll(() => house.close());

/** A good call of each route, and by hand what it leaves in the audit trail; in an order that keeps the session. */
const CALLS: Record<string, [call: () => Promise<{ status: number }>, actions: string[]]> = {
  "/sign-up/email": [() => signUp(house, "new@example.com"), ["user_created"]],
  "/sign-in/email": [() => signIn(house, email), ["authn_login_success"]],
  "/get-session": [() => sendAuth(house, "GET", "/get-session", { headers: headers() }), []],
  "/send-verification-email": [
    () => sendAuth(house, "POST", "/send-verification-email", { body: { email } }),
    [],
  ],
  "/verify-email": [
    async () => {
      const token = await createEmailVerificationToken(currentSecret(house.runtime.secrets.auth()), email);
      return sendAuth(house, "POST", "/verify-email", { body: { token } });
    },
    ["user_email_verified"],
  ],
  "/request-password-reset": [
    () => sendAuth(house, "POST", "/request-password-reset", { body: { email } }),
    [],
  ],
  "/reset-password": [
    async () => {
      const [last] = await house.admin<{ id: string }[]>`select id from "user" where email = ${FORGETFUL}`;
      const token = "A".repeat(24);
      const identifier = createHash("sha256").update(`reset-password:${token}`).digest("base64url");
      await house.admin`insert into verification (id, identifier, value, expires_at)
        values (${v7()}, ${identifier}, ${last?.id ?? ""}, now() + interval '1 hour')`;
      return sendAuth(house, "POST", "/reset-password", {
        body: { token, newPassword: "another zebra staple 48" },
      });
    },
    ["authn_password_change"],
  ],
  "/change-password": [
    async () => {
      const changed = await sendAuth(house, "POST", "/change-password", {
        body: { currentPassword: PASSWORD, newPassword: "another zebra staple 48" },
        headers: headers(),
      });
      cookie = cookieOf(changed);
      return changed;
    },
    // The present session and that of the sign-in above end; a new one goes on.
    ["authn_password_change", "session_terminated", "session_terminated", "authn_login_success"],
  ],
  "/sign-out": [() => sendAuth(house, "POST", "/sign-out", { headers: headers() }), ["session_terminated"]],
};

it("every route of Better Auth's has its line in the table above", () => {
  // Those of second factors have theirs in factor-events.test.ts, those of a provider in oidc.test.ts; ours give keys and tokens.
  const elsewhere = [...FACTOR_ROUTES, ...OIDC_ROUTES];
  const routes = AUTH_ROUTES.filter((route) => !route.ours && !elsewhere.includes(route));
  expect(Object.keys(CALLS).sort()).toEqual(routes.map(({ path }) => path).sort());
});

it.each(Object.entries(CALLS))("%s leaves what its declaration says", async (path, [call, actions]) => {
  const before = await trailOf(house);
  const answer = await call();
  expect(answer.status).toBe(200);
  expectTrail((await trailOf(house)).slice(before.length), actions);
  const audit = AUTH_ROUTES.find((route) => route.path === path)?.audit;
  expect(audit && "event" in audit ? [audit.event] : []).toEqual(actions.slice(0, 1));
});

it.each([
  [true, true, 0],
  [true, false, 0],
  [false, false, 0],
  [false, true, 1],
])("an address that goes from %s to %s leaves %i rows", async (from, to, rows) => {
  await house.admin`update "user" set email_verified = ${from} where email = ${email}`;
  const before = await trailOf(house);
  await house.admin`update "user" set email_verified = ${to} where email = ${email}`;
  expectTrail((await trailOf(house)).slice(before.length), Array(rows).fill("user_email_verified"));
});
