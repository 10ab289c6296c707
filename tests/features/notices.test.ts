import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deviceOf } from "@/server/identity/notices";
import { writeOfAlerts } from "@/server/runtime/alert-letters";
import { cookieOf, PASSWORD, sendAuth, signUp } from "@/tests/support/browser";
import type { House } from "@/tests/support/house";
import { openHouseWithMail } from "@/tests/support/mail";
import type { PostOffice } from "@/tests/support/post-office";

const FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
const NEW_DEVICE = "New sign-in to your Holdfast account";

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
  const email = `noticed-${++people}@example.com`;
  await signUp(house, email);
  return email;
}
const signIn = (email: string, headers: Record<string, string> = {}, password = PASSWORD) =>
  sendAuth(house, "POST", "/sign-in/email", { body: { email, password }, headers });
/** Subjects of the letters to an address, when all that was posted before has arrived. */
async function subjectsTo(email: string) {
  const mark = `mark-${v7()}@example.com`;
  for (let each = 0; each < 2; each++) house.runtime.postMail({ to: mark, subject: "Mark", text: "Mark" });
  await office.lettersTo(mark, 2);
  const letters = office.received.filter(({ recipients }) => recipients.includes(email));
  return letters.map(({ mail }) => mail.subject ?? "").filter((subject) => !/^Confirm/.test(subject));
}

describe("a sign-in from a device that is not known", () => {
  it("is told to the owner, with when, what and where from in our words", async () => {
    const email = await somebody();
    await signIn(email);
    expect(await subjectsTo(email)).toEqual([]);
    const evil = `${FIREFOX} <b>https://evil.example</b>`;
    await signIn(email, { "user-agent": evil, "x-holdfast-client-address": "192.0.2.77" });
    const [, letter] = await office.lettersTo(email, 2);
    expect(letter?.mail.subject).toBe(NEW_DEVICE);
    expect(letter?.mail.text).toMatch(
      /on \d{4}-\d\d-\d\d \d\d:\d\d UTC with Firefox on Windows from the network 192\.0\.2\.0\/24,/,
    );
    expect(`${letter?.mail.text}${letter?.mail.html}`).not.toMatch(/evil|192\.0\.2\.77/);
  });

  it("is no news on a known device, nor with a wrong password", async () => {
    const email = await somebody();
    const cookie = cookieOf(await signIn(email));
    await signIn(email, { cookie });
    await signIn(email, {}, "a wrong password 50");
    expect(await subjectsTo(email)).toEqual([]);
  });

  it("is told however many sessions have ended meanwhile", async () => {
    const email = await somebody();
    const first = await signIn(email);
    await sendAuth(house, "POST", "/sign-out", { headers: { cookie: cookieOf(first) } });
    // The first sign-in is looked at behind its answer, and is to be one of a new account.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await house.admin`update "user" set created_at = now() - interval '2 hours' where email = ${email}`;
    await signIn(email);
    await expect.poll(() => subjectsTo(email), { timeout: 15_000 }).toEqual([NEW_DEVICE]);
  });
});

describe("a change of the password", () => {
  it("is told to the owner, and a refused one is not", async () => {
    const email = await somebody();
    const cookie = cookieOf(await signIn(email));
    const change = (currentPassword: string) =>
      sendAuth(house, "POST", "/change-password", {
        body: { currentPassword, newPassword: "another zebra staple 48" },
        headers: { cookie },
      });
    expect((await change("a wrong password 50")).status).toBe(400);
    expect(await subjectsTo(email)).toEqual([]);
    expect((await change(PASSWORD)).status).toBe(200);
    await expect
      .poll(() => subjectsTo(email), { timeout: 15_000 })
      .toEqual(["Your Holdfast password was changed"]);
  });
});

describe("a critical alert", () => {
  const looking = () =>
    writeOfAlerts({
      openTransaction: house.runtime.openTransaction,
      sql: house.admin,
      later: (compose) => void compose().then((letters) => letters.map(house.runtime.postMail)),
      baseUrl: house.runtime.env.baseUrl,
    });
  const raise = (severity: string, rule: string) => house.admin`
    insert into alert (id, rule, severity, subject_kind, subject_id, first_at, last_at, window_key)
    values (${v7()}, ${rule}, ${severity}, 'user', 'a-subject', now(), now(), ${v7()})`;

  it("is told to each admin once, however many look, and to nobody else", async () => {
    const [admin, banned, auditor, person] = await Promise.all(
      ["admin", "admin", "auditor", "user"].map((role) => house.person({ role })),
    );
    await house.admin`update "user" set banned = true where id = ${banned?.userId ?? ""}`;
    await looking();
    await raise("critical", "audit_chain_broken");
    await raise("critical", "accounts_tried");
    await raise("warning", "failed_sign_ins");
    await Promise.all([looking(), looking(), looking(), looking()]);
    await looking();
    const told = () =>
      office.received
        .filter(({ recipients }) => recipients.includes(admin?.email ?? ""))
        .map(({ mail }) => mail.text ?? "")
        .join("\n");
    // The house looks, too, and may have come between the two: then they are in two letters.
    for (const one of [/the audit trail was found altered/, /tried the passwords of many accounts/])
      await expect.poll(told, { timeout: 15_000 }).toMatch(one);
    // Past the longest pause of a letter that somebody else composed and posted meanwhile.
    const subjects = [await subjectsTo(admin?.email ?? ""), await subjectsTo(admin?.email ?? "")].flat();
    expect(told().match(/the audit trail was found altered/g)).toHaveLength(1);
    expect(told().match(/tried the passwords of many accounts/g)).toHaveLength(1);
    expect(told()).not.toMatch(/a-subject|failed_sign_ins/);
    expect(new Set(subjects)).toEqual(new Set(["Security alert in Holdfast"]));
    for (const other of [banned, auditor, person])
      expect(await subjectsTo(other?.email ?? "none")).toEqual([]);
  });

  it("of a new admin is one of them", async () => {
    const admin = await house.person({ role: "admin" });
    await looking();
    const [letter] = await office.lettersTo(admin.email);
    expect(letter?.mail.text).toContain("somebody became an admin of the platform");
  });

  it("is claimed by the job alone, once", async () => {
    const person = await house.person({ role: "admin" });
    const transaction = house.runtime.openTransaction({
      role: "holdfast_security",
      workspaceId: null,
      userId: person.userId,
      reach: "any",
      workspaceIds: [],
    });
    await expect(
      transaction.db.execute(`insert into alert_letter (alert_id) values ('${v7()}')`),
    ).rejects.toMatchObject({ cause: { code: "42501" } });
    await transaction.rollback();
  });
});

it.each([
  [FIREFOX, "Firefox on Windows"],
  [
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
    "Chrome on Android",
  ],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on an iPhone"],
  ["Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"],
  ["curl/8.5.0", "an unknown program"],
  ["Python on Linux", "a program on Linux"],
  [null, "an unknown program"],
])("calls %s %s", (userAgent, words) => {
  expect(deviceOf(userAgent)).toBe(words);
});
