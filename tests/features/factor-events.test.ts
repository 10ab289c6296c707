import { afterAll, beforeAll, expect, it } from "vitest";
import { FACTOR_ROUTES } from "@/server/http/auth-routes-factors";
import { Authenticator } from "@/tests/support/authenticator";
import { type AuthAnswer, PASSWORD, sendAuth } from "@/tests/support/browser";
import {
  addPasskey,
  challengeFor,
  codeOf,
  enrolled,
  firstStep,
  signedUp,
  verify,
} from "@/tests/support/factors";
import { type House, openHouse } from "@/tests/support/house";
import { expectTrail, trailOf } from "@/tests/support/trail";

let house: House;
let made = 0;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const email = () => `events-${made++}@example.com`;
const person = () => signedUp(house, email());
const withApp = () => enrolled(house, email());
const get =
  (path: string, cookie = "") =>
  () =>
    sendAuth(house, "GET", path, { headers: { cookie } });
const post =
  (path: string, cookie: string, body: object = {}) =>
  () =>
    sendAuth(house, "POST", path, { body, headers: { cookie } });

async function assertion(cookie = "", passkey = new Authenticator()) {
  const asked = await challengeFor(house, "authenticate", cookie);
  const response = passkey.get({ challenge: asked.challenge, origin: house.runtime.env.baseUrl });
  return { body: { response }, cookie: asked.cookie };
}

type Call = () => Promise<AuthAnswer>;

/** What leads to a good call of each route, and by hand what that call leaves in the audit trail. */
const CALLS: Record<string, [prepare: () => Promise<Call>, actions: string[]]> = {
  "/two-factor/status": [async () => get("/two-factor/status", (await person()).cookie), []],
  "/two-factor/enable": [async () => post("/two-factor/enable", (await person()).cookie), []],
  "/two-factor/confirm": [
    async () => {
      const { cookie } = await person();
      const { body } = await post("/two-factor/enable", cookie)();
      return post("/two-factor/confirm", cookie, { code: await codeOf(String(body.secret)) });
    },
    ["authn_totp_added", "authn_recovery_codes_renewed"],
  ],
  "/two-factor/disable": [
    async () => post("/two-factor/disable", (await withApp()).cookie),
    ["authn_totp_removed"],
  ],
  "/two-factor/recovery-codes": [
    async () => post("/two-factor/recovery-codes", (await withApp()).cookie),
    ["authn_recovery_codes_renewed"],
  ],
  "/two-factor/verify-totp": [
    async () => {
      const ada = await withApp();
      const [cookie, code] = [await firstStep(house, ada.email), await codeOf(ada.secret)];
      return () => verify(house, "totp", cookie, code);
    },
    ["authn_login_success"],
  ],
  "/two-factor/verify-recovery-code": [
    async () => {
      const ada = await withApp();
      const cookie = await firstStep(house, ada.email);
      return () => verify(house, "recovery-code", cookie, ada.recoveryCodes[0] ?? "");
    },
    ["authn_recovery_code_used", "authn_login_success"],
  ],
  "/passkey/generate-authenticate-options": [async () => get("/passkey/generate-authenticate-options"), []],
  "/passkey/verify-authentication": [
    async () => {
      const { passkey } = await addPasskey(house, (await person()).cookie);
      const { body, cookie } = await assertion("", passkey);
      return post("/passkey/verify-authentication", cookie, body);
    },
    ["authn_login_success"],
  ],
  "/passkey/generate-register-options": [
    async () => get("/passkey/generate-register-options", (await person()).cookie),
    [],
  ],
  "/passkey/verify-registration": [
    async () => {
      const { challenge, cookie } = await challengeFor(house, "register", (await person()).cookie);
      const response = new Authenticator().create({ challenge, origin: house.runtime.env.baseUrl });
      return post("/passkey/verify-registration", cookie, { response });
    },
    ["authn_passkey_added"],
  ],
  "/passkey/rename": [
    async () => {
      const { cookie } = await person();
      const { id } = await addPasskey(house, cookie);
      return post("/passkey/rename", cookie, { id, name: "Another" });
    },
    [],
  ],
  "/passkey/remove": [
    async () => {
      const { cookie } = await person();
      const { id } = await addPasskey(house, cookie);
      return post("/passkey/remove", cookie, { id });
    },
    ["authn_passkey_removed"],
  ],
  "/step-up/password": [
    async () => post("/step-up/password", (await person()).cookie, { password: PASSWORD }),
    ["authn_step_up"],
  ],
  "/step-up/totp": [
    async () => {
      const ada = await withApp();
      return post("/step-up/totp", ada.cookie, { code: await codeOf(ada.secret) });
    },
    ["authn_step_up"],
  ],
  "/step-up/passkey": [
    async () => {
      const ada = await person();
      const { passkey } = await addPasskey(house, ada.cookie);
      const { body, cookie } = await assertion(ada.cookie, passkey);
      return post("/step-up/passkey", cookie, body);
    },
    ["authn_step_up"],
  ],
};

it("every route of second factors has its line in the table above", () => {
  expect(Object.keys(CALLS).sort()).toEqual(FACTOR_ROUTES.map(({ path }) => path).sort());
});

it.each(Object.entries(CALLS))("%s leaves what its declaration says", async (path, [prepare, actions]) => {
  const call = await prepare();
  const before = await trailOf(house);
  const answer = await call();
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  expectTrail((await trailOf(house)).slice(before.length), actions);
  const audit = FACTOR_ROUTES.find((route) => route.path === path)?.audit;
  if (audit && "event" in audit) expect(actions).toContain(audit.event);
  else expect(actions).toEqual([]);
});
