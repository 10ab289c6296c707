import { createEmailVerificationToken } from "better-auth/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { currentSecret } from "@/server/platform/secrets/versions";
import { PASSWORD, sendAuth, signIn, signUp } from "@/tests/support/browser";
import type { House } from "@/tests/support/house";
import { openHouseWithMail, post, secretOf } from "@/tests/support/mail";
import type { PostOffice } from "@/tests/support/post-office";

let house: House;
let office: PostOffice;
beforeAll(async () => {
  ({ house, office } = await openHouseWithMail("production"));
});
afterAll(async () => {
  await house.close();
  await office.close();
});

let people = 0;
const address = () => `new-${++people}@example.com`;
const linkTo = async (email: string) => {
  const [letter] = await office.lettersTo(email);
  return letter ? secretOf(letter) : "no letter";
};
const verify = (token: string) => post(house, "/verify-email", { token });
const verifiedRows = (email: string) => house.admin`
  select 1 from audit_event e join "user" u on u.id = e.actor_id
  where u.email = ${email} and action = 'user_email_verified'`;

describe("in production, a new account", () => {
  it("signs in after its address is confirmed, and not before", async () => {
    const email = address();
    await signUp(house, email);
    const early = await signIn(house, email);
    expect([early.status, early.body.error?.code]).toEqual([401, "INVALID_EMAIL_OR_PASSWORD"]);
    const done = await verify(await linkTo(email));
    expect([done.status, done.body, done.setCookies]).toEqual([200, { status: true, user: null }, []]);
    expect((await signIn(house, email)).status).toBe(200);
  });

  it("gets the link again with the right password, and by asking", async () => {
    const email = address();
    await signUp(house, email);
    await signIn(house, email);
    const asked = await post(house, "/send-verification-email", { email });
    expect([asked.status, asked.body]).toEqual([200, { status: true }]);
    const letters = await office.lettersTo(email, 3);
    expect(new Set(letters.map(({ mail }) => mail.subject))).toEqual(
      new Set(["Confirm your address for Holdfast"]),
    );
    expect(letters.map(({ link }) => link.split("#")[0])).toEqual(
      Array(3).fill(`${house.runtime.env.baseUrl}/verify`),
    );
    await signIn(house, email, "a wrong password 50");
    const [secret = ""] = letters.map(secretOf).reverse();
    expect((await verify(secret)).status).toBe(200);
    expect(office.received.filter(({ recipients }) => recipients.includes(email))).toHaveLength(3);
  });
});

describe("a link that confirms an address", () => {
  it("may be opened fifty times at once, and is written down once", async () => {
    const email = address();
    await signUp(house, email);
    const token = await linkTo(email);
    const answers = await Promise.all(Array.from({ length: 50 }, () => verify(token)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(
      new Set(['200 {"status":true,"user":null}']),
    );
    expect(await verifiedRows(email)).toHaveLength(1);
  });

  it("does not work after an hour, nor altered, nor signed by others", async () => {
    const email = address();
    await signUp(house, email);
    const token = await linkTo(email);
    const late = await createEmailVerificationToken(
      currentSecret(house.runtime.secrets.auth()),
      email,
      undefined,
      -1,
    );
    const foreign = await createEmailVerificationToken("another secret of somebody else's", email);
    const [head, , signature] = token.split(".");
    const claims = Buffer.from(JSON.stringify({ email: "eve@example.com" })).toString("base64url");
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${claims}.x`;
    for (const bad of [late, foreign, `${head}.${claims}.${signature}`, unsigned])
      expect((await verify(bad)).status).toBe(401);
    expect((await verify(late)).body.error?.code).toBe("TOKEN_EXPIRED");
    expect(await verifiedRows(email)).toHaveLength(0);
  });

  it("does nothing when a program opens it, as those do that look into mails", async () => {
    const email = address();
    await signUp(house, email);
    const token = await linkTo(email);
    const opened = await sendAuth(house, "GET", `/verify-email?token=${token}`);
    expect(opened.status).toBe(404);
    expect(await verifiedRows(email)).toHaveLength(0);
  });
});

describe("somebody who signs up with an address that has an account", () => {
  it("changes nothing, and its owner gets a letter", async () => {
    const email = address();
    await signUp(house, email);
    await verify(await linkTo(email));
    await signUp(house, email, "a quite different one 49");
    const [, letter] = await office.lettersTo(email, 2);
    expect(letter?.mail.subject).toBe("You have an account at Holdfast");
    expect((await signIn(house, email, "a quite different one 49")).status).toBe(401);
    expect((await signIn(house, email, PASSWORD)).status).toBe(200);
  });

  it("gets no link that would confirm another's account for them", async () => {
    const email = address();
    await signUp(house, email, "the word of who came first 53");
    await office.lettersTo(email, 1);
    await signUp(house, email);
    const [, letter] = await office.lettersTo(email, 2);
    expect(letter?.link).toBe(`${house.runtime.env.baseUrl}/forgot`);
  });
});
