import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createCookieReader } from "@/server/identity/session-cookie";
import { currentSecret } from "@/server/platform/secrets/versions";
import { cookieOf, PASSWORD, sendAuth, signIn, signUp } from "@/tests/support/browser";
import { type House, openHouse, type Person } from "@/tests/support/house";

const NAME = "holdfast.session_token";

let house: House;
let person: Person;
beforeAll(async () => {
  house = await openHouse();
  person = await house.person();
});
afterAll(() => house.close());

const whoIs = (headers: Record<string, string>) => house.call(null, "me.get", undefined, headers);
const sign = (token: string, secret = currentSecret(house.runtime.secrets.auth())) =>
  encodeURIComponent(`${token}.${createHmac("sha256", secret).update(token).digest("base64")}`);
const tokenOf = async (who: Person) => {
  const [row] = await house.admin<
    { token: string }[]
  >`select token from session where user_id = ${who.userId}`;
  return row?.token ?? "";
};

describe("the session cookie", () => {
  it("is for this site, and out of reach of scripts", async () => {
    await signUp(house, "cookie@example.com");
    const { setCookies } = await signIn(house, "cookie@example.com");
    const session = setCookies.filter((cookie) => cookie.startsWith(`${NAME}=`));
    expect(session).toHaveLength(1);
    const attributes = session[0]?.split("; ").slice(1).sort();
    expect(attributes).toEqual(["HttpOnly", "Max-Age=604800", "Path=/", "SameSite=Lax"]);
    for (const cookie of setCookies) expect(cookie).toMatch(/HttpOnly; SameSite=Lax$/);
  });

  it("of an earlier secret is read until that ends, whoever asked last", () => {
    const secrets = new Map([
      [1, "an earlier secret of forty characters....."],
      [2, "the present secret of forty characters...."],
    ]);
    const end = Date.now() + 60_000;
    const versions = { current: 2, secrets, ends: new Map([[1, end]]) };
    const read = createCookieReader({ versions: () => versions, secure: false });
    const header = `${NAME}=${sign("a token", secrets.get(1))}`;
    vi.useFakeTimers({ toFake: ["Date"], now: end - 1_000 });
    expect(read(header)).toBe("a token");
    vi.setSystemTime(end + 1_000);
    expect(read(header)).toBeNull();
    vi.useRealTimers();
  });

  it("ends with the browser when nobody is to be remembered", async () => {
    const body = { email: "cookie@example.com", password: PASSWORD, rememberMe: false };
    const { setCookies } = await sendAuth(house, "POST", "/sign-in/email", { body });
    expect(setCookies.find((cookie) => cookie.startsWith(`${NAME}=`))).not.toMatch(/max-age|expires/i);
  });

  it("over https has the prefix that binds it to https, and no other name is read", async () => {
    const secure = await openHouse({ baseUrl: "https://holdfast.example" });
    await signUp(secure, "cookie@example.com");
    const answer = await signIn(secure, "cookie@example.com");
    expect(answer.setCookies.length).toBeGreaterThan(0);
    for (const cookie of answer.setCookies) {
      expect(cookie).toMatch(/^__(?:Secure|Host)-holdfast\./);
      expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
      expect(cookie).not.toMatch(/domain/i);
    }
    const cookie = cookieOf(answer);
    const statuses = [cookie, cookie.replace("__Secure-", "")].map((sent) =>
      secure.call(null, "me.get", undefined, { cookie: sent }).then(({ status }) => status),
    );
    expect(await Promise.all(statuses)).toEqual([200, 401]);
    await secure.close();
  });
});

describe("nobody is signed in", () => {
  const forgeries: [name: string, cookie: (token: string) => string][] = [
    ["without a cookie", () => ""],
    ["with an empty one", () => `${NAME}=`],
    ["with the bare token", (token) => `${NAME}=${token}`],
    ["with a token and no signature", (token) => `${NAME}=${token}.`],
    ["with another's signature", (token) => `${NAME}=${token}.${sign("x").split(".")[1]}`],
    [
      "with a signature of another secret",
      (token) => `${NAME}=${sign(token, "another secret of enough length!")}`,
    ],
    [
      "with the last character of the signature gone",
      (token) => `${NAME}=${sign(token).replace(/.%3D$/, "%3D")}`,
    ],
    [
      "with one letter of the token changed",
      (token) => `${NAME}=${sign(token).replace(/^./, (c) => (c === "A" ? "B" : "A"))}`,
    ],
    ["with a signed token that is nobody's", () => `${NAME}=${sign("A".repeat(32))}`],
    ["with SQL in a signed token", () => `${NAME}=${sign("' or '1'='1")}`],
    ["with broken percent signs", () => `${NAME}=%E0%A4%A`],
    ["with the cookie twice", (token) => `${NAME}=${sign(token)}; ${NAME}=${sign(token)}`],
    ["with a cookie of a similar name", (token) => `x-${NAME}=${sign(token)}`],
  ];
  it.each(forgeries)("%s", async (_, forge) => {
    const token = await tokenOf(person);
    expect((await whoIs({ cookie: `${NAME}=${sign(token)}` })).status).toBe(200);
    const answer = await whoIs({ cookie: forge(token) });
    expect([answer.status, answer.body.error?.data.code]).toEqual([401, "UNAUTHORIZED"]);
    const session = await sendAuth(house, "GET", "/get-session", { headers: { cookie: forge(token) } });
    if (!forge(token).includes("; ")) expect(session.text).toBe("null");
  });

  it.each([
    ["authorization", "Bearer x"],
    ["authorization", ""],
    ["authorization", "Basic YTpi"],
    ["x-api-key", "hf_x"],
  ])("with %s: %s beside a good cookie: two credentials could be two people", async (header, value) => {
    expect((await whoIs({ cookie: person.cookie })).status).toBe(200);
    expect((await whoIs({ cookie: person.cookie, [header]: value })).status).toBe(401);
    expect((await whoIs({ [header]: value })).status).toBe(401);
  });

  it("when every refusal is the same, whatever was presented", async () => {
    const token = await tokenOf(person);
    const texts = await Promise.all(
      forgeries.map(async ([, forge]) => (await whoIs({ cookie: forge(token) })).text),
    );
    expect(new Set(texts).size).toBe(1);
  });
});

describe("a session", () => {
  const cases: [name: string, change: (userId: string) => PromiseLike<unknown>, status: number][] = [
    [
      "that has expired",
      (id) => house.admin`update session set expires_at = now() where user_id = ${id}`,
      401,
    ],
    ["that was ended", (id) => house.admin`delete from session where user_id = ${id}`, 401],
    ["of one who is banned", (id) => house.admin`update "user" set banned = true where id = ${id}`, 401],
    [
      "of one who is banned for a time",
      (id) =>
        house.admin`update "user" set banned = true, ban_expires = now() + interval '1 hour' where id = ${id}`,
      401,
    ],
    [
      "of one whose ban is over",
      (id) =>
        house.admin`update "user" set banned = true, ban_expires = now() - interval '1 second' where id = ${id}`,
      200,
    ],
  ];
  it.each(cases)("%s", async (_, change, status) => {
    const someone = await house.person();
    expect((await whoIs({ cookie: someone.cookie })).status).toBe(200);
    await change(someone.userId);
    expect((await whoIs({ cookie: someone.cookie })).status).toBe(status);
  });

  it("of one who is banned opens no door of Better Auth's either", async () => {
    await signUp(house, "banned@example.com");
    const cookie = cookieOf(await signIn(house, "banned@example.com"));
    await house.admin`update "user" set banned = true where email = 'banned@example.com'`;
    const change = await sendAuth(house, "POST", "/change-password", {
      body: { currentPassword: PASSWORD, newPassword: "another zebra staple 48" },
      headers: { cookie },
    });
    expect(change.status).toBe(401);
    expect((await sendAuth(house, "GET", "/get-session", { headers: { cookie } })).text).toBe("null");
    expect((await signIn(house, "banned@example.com")).status).toBeGreaterThanOrEqual(400);
  });
});
