import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cookieOf, PASSWORD, sendAuth, shape, signIn, signUp } from "@/tests/support/browser";
import { type House, openHouse } from "@/tests/support/house";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

let people = 0;
const address = () => `person-${++people}@example.com`;

async function signedIn(email = address()) {
  await signUp(house, email);
  const answer = await signIn(house, email);
  expect(answer.status, answer.text).toBe(200);
  return { email, cookie: cookieOf(answer), answer };
}

const whoIs = (cookie: string) => house.call(null, "me.get", undefined, { cookie });
const actionsOf = async (email: string) =>
  (
    await house.admin<{ action: string }[]>`
    select action from audit_event e join "user" u on u.id = e.actor_id where u.email = ${email} order by xid, e.id`
  ).map(({ action }) => action);

describe("a person", () => {
  it("signs up, signs in, is known, and signs out", async () => {
    const email = address();
    const up = await signUp(house, email);
    expect([up.status, up.setCookies]).toEqual([200, []]);
    const session = await signIn(house, email);
    const cookie = cookieOf(session);
    expect((await whoIs(cookie)).text).toContain(email);
    const known = await sendAuth(house, "GET", "/get-session", { headers: { cookie } });
    expect(known.body.user).toMatchObject({ email, role: "user" });
    const out = await sendAuth(house, "POST", "/sign-out", { headers: { cookie } });
    expect(out.status).toBe(200);
    expect(out.setCookies.join()).toMatch(/holdfast\.session_token=; Max-Age=0/i);
    expect((await whoIs(cookie)).status).toBe(401);
    expect((await sendAuth(house, "GET", "/get-session", { headers: { cookie } })).text).toBe("null");
    expect(await actionsOf(email)).toEqual(["user_created", "authn_login_success", "session_terminated"]);
  });

  it("changes the password with the present one, and ends the other sessions", async () => {
    const { email, cookie } = await signedIn();
    const other = cookieOf(await signIn(house, email));
    const change = (currentPassword: string) =>
      sendAuth(house, "POST", "/change-password", {
        body: { currentPassword, newPassword: "another zebra staple 48", revokeOtherSessions: true },
        headers: { cookie },
      });
    expect((await change("not the present one")).status).toBe(400);
    expect((await whoIs(other)).status).toBe(200);
    const changed = await change(PASSWORD);
    expect(changed.status, changed.text).toBe(200);
    expect((await whoIs(other)).status).toBe(401);
    expect((await whoIs(cookieOf(changed))).status).toBe(200);
    expect((await signIn(house, email, PASSWORD)).status).toBe(401);
    expect((await signIn(house, email, "another zebra staple 48")).status).toBe(200);
    expect(await actionsOf(email)).toContain("authn_password_change");
  });

  it("who is not signed in changes no password", async () => {
    const body = { currentPassword: PASSWORD, newPassword: "another zebra staple 48" };
    expect((await sendAuth(house, "POST", "/change-password", { body })).status).toBe(401);
  });

  it("has exactly one personal workspace, and owns it", async () => {
    const email = address();
    await Promise.all(Array.from({ length: 5 }, () => signUp(house, email)));
    const rows = await house.admin`
      select u.email, o.name, m.role, a.provider_id from "user" u
      left join organization o on o.personal_user_id = u.id left join member m on m.user_id = u.id
      left join account a on a.user_id = u.id where u.email = ${email}`;
    expect(rows).toEqual([{ email, name: "Personal", role: "owner", provider_id: "credential" }]);
  });

  it("is the same whatever the case of the address", async () => {
    const { email } = await signedIn();
    expect((await signIn(house, email.toUpperCase())).status).toBe(200);
    await signUp(house, email.toUpperCase());
    expect(await house.admin`select 1 from "user" where lower(email) = ${email}`).toHaveLength(1);
  });
});

describe("nobody learns", () => {
  it("from a sign-up whether an address is known", async () => {
    const known = address();
    const first = await signUp(house, known);
    const again = await signUp(house, known, "a quite different one 49");
    expect(shape(again)).toEqual(shape(first));
    expect(again.body.user).toMatchObject({ email: known, name: "A person" });
    expect((await signIn(house, known, "a quite different one 49")).status).toBe(401);
  });

  it("from a sign-in whether an account is there", async () => {
    const { email } = await signedIn();
    const wrong = await signIn(house, email, "a wrong password 50");
    const unknown = await signIn(house, address(), "a wrong password 50");
    expect(wrong.status).toBe(401);
    expect(shape(unknown)).toEqual(shape(wrong));
    const { requestId: _, ...error } = wrong.body.error as unknown as Record<string, string>;
    expect(unknown.body.error).toMatchObject(error);
    expect(wrong.setCookies).toEqual([]);
  });

  it("a session token from any JSON answer", async () => {
    const { email, cookie, answer } = await signedIn();
    const tokens = await house.admin<{ token: string }[]>`
      select token from session s join "user" u on u.id = s.user_id where u.email = ${email}`;
    const change = await sendAuth(house, "POST", "/change-password", {
      body: {
        currentPassword: PASSWORD,
        newPassword: "another zebra staple 48",
        revokeOtherSessions: true,
      },
      headers: { cookie },
    });
    const later = await house.admin<{ token: string }[]>`
      select token from session s join "user" u on u.id = s.user_id where u.email = ${email}`;
    const answers = [
      answer,
      change,
      await sendAuth(house, "GET", "/get-session", { headers: { cookie: cookieOf(change) } }),
    ];
    expect([tokens.length, later.length, ...answers.map(({ status }) => status)]).toEqual([
      1, 1, 200, 200, 200,
    ]);
    expect(answers[2]?.body.session).toBeDefined();
    for (const { text } of answers) {
      for (const { token } of [...tokens, ...later]) expect(text).not.toContain(token);
      expect(text).not.toMatch(/"token"/);
    }
  });
});

describe("a password", () => {
  it.each([
    ["password123", "PASSWORD_TOO_COMMON"],
    ["qwertyuiop", "PASSWORD_TOO_COMMON"],
    ["Passw0rd2024", "PASSWORD_TOO_COMMON"],
    ["aaaaaaaaaaaaaaaa", "PASSWORD_TOO_COMMON"],
    ["short 12!", "BAD_REQUEST"],
    ["x7".repeat(65), "BAD_REQUEST"],
    ["", "BAD_REQUEST"],
  ])("%s is refused at sign-up and at a change", async (weak, code) => {
    const email = address();
    const up = await signUp(house, email, weak);
    expect([up.status, up.body.error?.code]).toEqual([400, code]);
    expect(await house.admin`select 1 from "user" where email = ${email}`).toHaveLength(0);
    const { cookie } = await signedIn();
    const change = await sendAuth(house, "POST", "/change-password", {
      body: { currentPassword: PASSWORD, newPassword: weak },
      headers: { cookie },
    });
    expect([change.status, change.body.error?.code]).toEqual([400, code]);
  });

  it("of the longest and the shortest length is taken, in any script", async () => {
    for (const password of ["kx7 qv!p3z", "лошадь батарея скрепка", "🐴🔋📎 zebra".padEnd(128, "vqx7")]) {
      const email = address();
      expect((await signUp(house, email, password)).status, password).toBe(200);
      expect((await signIn(house, email, password)).status, password).toBe(200);
    }
  });
});
