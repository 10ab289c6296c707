import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cookieOf, PASSWORD, signIn, signUp } from "@/tests/support/browser";
import type { House } from "@/tests/support/house";
import { openHouseWithMail, post, secretOf } from "@/tests/support/mail";
import type { PostOffice } from "@/tests/support/post-office";

const ANOTHER = "another zebra staple 48";

let house: House;
let office: PostOffice;
beforeAll(async () => {
  ({ house, office } = await openHouseWithMail());
});
afterAll(async () => {
  await house.close();
  await office.close();
});

let people = 0;
async function somebody() {
  const email = `forgetful-${++people}@example.com`;
  await signUp(house, email);
  return email;
}
/** The secrets of the reset letters to an address so far, once there are `count`. */
async function secretsTo(email: string, count = 1): Promise<string[]> {
  for (let all = count; ; all++) {
    const letters = await office.lettersTo(email, all);
    const found = letters.filter(({ link }) => link.includes("/reset#")).map(secretOf);
    if (found.length >= count) return found;
  }
}
async function linkFor(email: string): Promise<string> {
  const answer = await post(house, "/request-password-reset", { email });
  expect(answer.status, answer.text).toBe(200);
  return (await secretsTo(email)).at(-1) ?? "";
}
const reset = (token: string, newPassword = ANOTHER) =>
  post(house, "/reset-password", { token, newPassword });
const rowsOf = async (email: string) =>
  (
    await house.admin<{ action: string }[]>`
      select action from audit_event e join "user" u on u.id = e.actor_id where u.email = ${email} order by xid, e.id`
  ).map(({ action }) => action);

describe("who forgot the password", () => {
  it("sets a new one by the link of the letter, and every session ends", async () => {
    const email = await somebody();
    const cookies = [cookieOf(await signIn(house, email)), cookieOf(await signIn(house, email))];
    const answer = await reset(await linkFor(email));
    expect([answer.status, answer.body, answer.setCookies]).toEqual([200, { status: true }, []]);
    for (const cookie of cookies)
      expect((await house.call(null, "me.get", undefined, { cookie })).status).toBe(401);
    expect((await signIn(house, email, PASSWORD)).status).toBe(401);
    expect((await signIn(house, email, ANOTHER)).status).toBe(200);
    expect(await rowsOf(email)).toEqual(
      expect.arrayContaining(["authn_password_change", "session_terminated", "user_email_verified"]),
    );
    const subjects = async () => (await office.lettersTo(email, 4)).map(({ mail }) => mail.subject);
    await expect.poll(subjects, { timeout: 10_000 }).toContain("Your Holdfast password was changed");
  });

  it("has confirmed the address by it", async () => {
    const email = await somebody();
    await reset(await linkFor(email));
    const [person] = await house.admin`select email_verified from "user" where email = ${email}`;
    expect(person).toEqual({ email_verified: true });
  });

  it("gets a weak password refused, and can use the link again", async () => {
    const email = await somebody();
    const token = await linkFor(email);
    const weak = await reset(token, "password123");
    expect([weak.status, weak.body.error?.code]).toEqual([400, "PASSWORD_TOO_COMMON"]);
    expect((await reset(token)).status).toBe(200);
  });
});

describe("a link that sets a password", () => {
  it("works once, whoever is quickest of fifty", async () => {
    const email = await somebody();
    const token = await linkFor(email);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, number) => reset(token, `password of number ${number} 51`)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 400)).toHaveLength(49);
    const winner = statuses.indexOf(200);
    expect((await signIn(house, email, `password of number ${winner} 51`)).status).toBe(200);
    expect((await rowsOf(email)).filter((action) => action === "authn_password_change")).toHaveLength(1);
  });

  it("lies in the fragment of a page of ours, and its digest alone in the database", async () => {
    const email = await somebody();
    const token = await linkFor(email);
    const [letter] = (await office.lettersTo(email)).filter(({ link }) => link.includes("/reset#"));
    expect(letter?.link).toBe(`${house.runtime.env.baseUrl}/reset#${token}`);
    const rows = await house.admin`select * from verification`;
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it("does not work after an hour", async () => {
    const email = await somebody();
    const token = await linkFor(email);
    await house.admin`update verification set expires_at = expires_at - interval '1 hour'`;
    const late = await reset(token);
    expect([late.status, late.body.error?.code]).toEqual([400, "INVALID_TOKEN"]);
    expect((await signIn(house, email, PASSWORD)).status).toBe(200);
  });

  it("does not work once the password was changed, by another link or by its owner", async () => {
    const email = await somebody();
    const first = await linkFor(email);
    await post(house, "/request-password-reset", { email });
    const [, second = ""] = await secretsTo(email, 2);
    expect((await reset(second)).status).toBe(200);
    expect((await reset(first, "an earlier link's word 52")).status).toBe(400);
    expect((await signIn(house, email, ANOTHER)).status).toBe(200);
  });

  it("is nobody's when it is guessed, and the guess is written down", async () => {
    const guess = await reset("B".repeat(24));
    expect([guess.status, guess.body.error?.code]).toEqual([400, "INVALID_TOKEN"]);
    await expect
      .poll(
        async () => house.admin`select reason from audit_event where action = 'authn_password_change_fail'`,
      )
      .toContainEqual({ reason: "INVALID_TOKEN" });
    for (const token of ["", "short", `${"B".repeat(24)}\u0000`, "B".repeat(25), "../../../../etc/passwd"])
      expect([token, (await reset(token)).status]).toEqual([token, 400]);
  });
});
