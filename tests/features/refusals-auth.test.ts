import { afterAll, beforeAll, describe } from "vitest";
import { PASSWORD, sendAuth, signUp } from "@/tests/support/browser";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { limitsOf } from "@/tests/support/limits";
import { from, itLeavesOneRowEach, type Kind } from "@/tests/support/refusals";

const EMAIL = "tried@example.com";

let house: House;
let narrow: House;
let away: House;
let strict: House;
let signedIn: Person;
beforeAll(async () => {
  [house, narrow, away, strict] = await Promise.all([
    openHouse(),
    openHouse({ limits: limitsOf("auth=1") }),
    // Nobody listens there: this process grants alone what it may, and no more.
    openHouse({ limits: limitsOf("auth=1"), limitStore: { kind: "redis", url: "redis://127.0.0.1:1" } }),
    openHouse({ mode: "production" }),
  ]);
  await signUp(house, EMAIL);
  await signUp(house, "banned@example.com");
  await house.admin`update "user" set banned = true where email = 'banned@example.com'`;
  await signUp(strict, "unverified@example.com");
  signedIn = await house.person();
  const id = signedIn.userId;
  await house.admin`
    insert into account (id, account_id, provider_id, user_id, password)
    select ${id}, ${id}, 'credential', ${id}, password from account limit 1`;
});
afterAll(() => Promise.all([house, narrow, away, strict].map((one) => one.close())));

const guess = (at: House, address: string, email: string, password = "a guess of mine") =>
  sendAuth(at, "POST", "/sign-in/email", { body: { email, password }, headers: from(address) });

const authz = { action: "authz_fail", outcome: "denied" };
const failed = { action: "authn_login_fail", outcome: "failure", target: "auth/sign-in/email" };
const tooMany = { action: "excess_rate_limit_exceeded", outcome: "denied", reason: "TOO_MANY_REQUESTS" };
const unchecked = {
  action: "excess_rate_limit_exceeded",
  outcome: "failure",
  reason: "SERVICE_UNAVAILABLE",
};

const KINDS: Record<string, Kind> = {
  "a wrong password": {
    at: () => house,
    refuse: (address) => guess(house, address, EMAIL),
    row: { ...failed, reason: "INVALID_EMAIL_OR_PASSWORD" },
    account: true,
  },
  "an unknown account": {
    at: () => house,
    refuse: (address) => guess(house, address, "nobody-here@example.com"),
    row: { ...failed, reason: "INVALID_EMAIL_OR_PASSWORD" },
    account: true,
  },
  "a banned person": {
    at: () => house,
    refuse: (address) => guess(house, address, "banned@example.com", PASSWORD),
    row: { ...failed, reason: "BANNED_USER" },
    account: true,
  },
  "an unverified address": {
    at: () => strict,
    refuse: (address) => guess(strict, address, "unverified@example.com", PASSWORD),
    row: { ...failed, reason: "EMAIL_NOT_VERIFIED" },
    account: true,
  },
  "a guess too many": {
    at: () => narrow,
    refuse: async (address) => {
      await sendAuth(narrow, "POST", "/sign-up/email", {
        body: { name: "A", email: "many@example.com", password: PASSWORD },
        headers: from(address),
      });
      await guess(narrow, address, "many@example.com");
    },
    row: { ...tooMany, target: "auth/sign-in/email" },
    account: true,
  },
  "a guess that nobody can count": {
    at: () => away,
    refuse: async (address) => {
      await guess(away, address, "away@example.com");
      await guess(away, address, "away@example.com");
    },
    // The first of the two was made, and was wrong.
    before: 1,
    row: { ...unchecked, target: "auth/sign-in/email" },
    account: true,
  },
  "a wrong present password": {
    at: () => house,
    refuse: async (address) =>
      sendAuth(house, "POST", "/change-password", {
        body: { currentPassword: "a guess of mine", newPassword: "another zebra staple 48" },
        headers: { cookie: signedIn.cookie, ...from(address) },
      }),
    row: {
      action: "authn_password_change_fail",
      outcome: "failure",
      reason: "INVALID_PASSWORD",
      target: "auth/change-password",
    },
    by: () => signedIn,
  },
  "a change of nobody's password": {
    at: () => house,
    refuse: (address) =>
      sendAuth(house, "POST", "/change-password", {
        body: { currentPassword: PASSWORD, newPassword: "another zebra staple 48" },
        headers: from(address),
      }),
    row: { ...authz, reason: "UNAUTHORIZED", target: "auth/change-password" },
  },
  "a sign-in from another site": {
    at: () => house,
    refuse: (address) =>
      sendAuth(house, "POST", "/sign-in/email", {
        body: { email: EMAIL, password: PASSWORD },
        headers: { origin: "https://evil.example", ...from(address) },
      }),
    row: {
      action: "malicious_cors",
      outcome: "denied",
      reason: "CROSS_SITE_REQUEST",
      target: "auth/sign-in/email",
    },
  },
};

describe("/api/auth leaves exactly one row:", () => itLeavesOneRowEach(KINDS));
