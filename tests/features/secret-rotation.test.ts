import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signedCookie } from "@/server/identity/signatures";
import { newSecret } from "@/server/platform/secrets/kept";
import type { DatedVersions } from "@/server/platform/secrets/versions";
import { cookieOf, sendAuth, signIn, signUp } from "@/tests/support/browser";
import { type Door, openDoor } from "@/tests/support/gate";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { FIRST, putInForce, SECOND, THIRD } from "@/tests/support/rotation";

const NAME = "holdfast.session_token";

let house: House;
let door: Door;
let person: Person;
let token: string;
beforeAll(async () => {
  house = await openHouse();
  door = await openDoor(house);
  person = await house.person();
  [{ token } = { token: "" }] = await house.admin<
    { token: string }[]
  >`select token from session where user_id = ${person.userId}`;
});
afterAll(async () => {
  await door.close();
  await house.close();
});

const inForce = (change?: Partial<DatedVersions>) => putInForce(house, change);
beforeEach(() => inForce());

const session = (secret: string, of = token) => `${NAME}=${signedCookie(of, secret)}`;
const NOW = () => session(SECOND);

interface Got {
  status: number;
  text: string;
  cookies: string[];
}
async function get(path: string, cookie: string, init: RequestInit = {}): Promise<Got> {
  const headers = new Headers(init.headers);
  headers.set("cookie", cookie);
  const answer = await fetch(`http://127.0.0.1:${door.port}${path}`, { ...init, headers });
  return { status: answer.status, text: await answer.text(), cookies: answer.headers.getSetCookie() };
}
const me = (cookie: string) => get("/api/trpc/me.get", cookie);

describe("a cookie of an earlier version", () => {
  it("is accepted at every door, and the browser is given one of the current version", async () => {
    for (const path of ["/api/trpc/me.get", "/api/v1/me", "/api/auth/get-session"]) {
      const { status, text, cookies } = await get(path, session(FIRST));
      expect([path, status, text.includes(person.userId)]).toEqual([path, 200, true]);
      expect(cookies).toEqual([`${NOW()}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax`]);
      const again = await get(path, NOW());
      expect([again.status, again.cookies]).toEqual([200, []]);
    }
  });

  it("has the attributes that Better Auth gives", async () => {
    await signUp(house, "rotated@example.com");
    const theirs = (await signIn(house, "rotated@example.com")).setCookies.find((cookie) =>
      cookie.startsWith(NAME),
    );
    const ours = (await me(session(FIRST))).cookies[0];
    const attributes = (cookie = "") => cookie.split("; ").slice(1).sort();
    expect(attributes(ours)).toEqual(attributes(theirs));
    expect(attributes(ours)).toHaveLength(4);
  });

  it("reaches Better Auth and pages under the current one", async () => {
    await get("/a-page", `theme=dark; ${session(FIRST)}`);
    expect(door.pages.at(-1)?.headers.cookie).toBe(`theme=dark; ${NOW()}`);
  });

  it("is accepted where no gate stands in front", async () => {
    const { status } = await house.call(null, "me.get", undefined, { cookie: session(FIRST) });
    expect(status).toBe(200);
    const answer = await sendAuth(house, "GET", "/get-session", { headers: { cookie: session(FIRST) } });
    expect(answer.text).toContain(person.userId);
    expect(answer.setCookies).toEqual([expect.stringContaining(`${NOW()}; Max-Age=604800`)]);
  });

  it("of one who is not to be remembered ends with the browser as before", async () => {
    const forget = `holdfast.dont_remember=${signedCookie("true", FIRST)}`;
    const { cookies } = await me(`${session(FIRST)}; ${forget}`);
    expect(cookies).toEqual([
      `${NOW()}; Path=/; HttpOnly; SameSite=Lax`,
      `holdfast.dont_remember=${signedCookie("true", SECOND)}; Path=/; HttpOnly; SameSite=Lax`,
    ]);
    const forged = await me(`${session(FIRST)}; holdfast.dont_remember=${signedCookie("true", newSecret())}`);
    expect(forged.cookies).toEqual([expect.stringContaining("Max-Age=604800")]);
  });

  it("signs out, and no answer brings it back", async () => {
    const someone = "leaves@example.com";
    await signUp(house, someone);
    const own = cookieOf(await signIn(house, someone));
    const [value = ""] = new RegExp(`(?<=${NAME}=)[^;]+`).exec(own) ?? [];
    const old = session(FIRST, decodeURIComponent(value).split(".")[0]);
    const out = await get("/api/auth/sign-out", old, {
      method: "POST",
      headers: { "content-type": "application/json", origin: house.runtime.env.baseUrl },
      body: "{}",
    });
    expect(out.status).toBe(200);
    expect(out.cookies.filter((cookie) => cookie.startsWith(NAME))).toEqual([
      expect.stringMatching(/=; Max-Age=0/),
    ]);
    expect((await me(old)).status).toBe(401);
  });

  it("over https is renewed under its own name, for https", async () => {
    const secure = await openHouse({
      baseUrl: "https://holdfast.example",
      authSecrets: house.runtime.secrets.auth(),
    });
    const cookie = `__Secure-${session(FIRST)}`;
    expect(secure.runtime.renewCookies(cookie)).toEqual({
      cookie: `__Secure-${NOW()}`,
      setCookies: [`__Secure-${NOW()}; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax`],
    });
    expect(secure.runtime.renewCookies(session(FIRST))).toBeNull();
    await secure.close();
  });

  it("is not sent with an answer that a cache may give to others", async () => {
    const { status, cookies } = await get("/a-page", session(FIRST));
    expect([status, cookies]).toEqual([200, []]);
    const refused = await get("/api/trpc/me.get", session(FIRST), {
      headers: { origin: "https://elsewhere.example" },
    });
    expect([refused.status, refused.cookies]).toEqual([403, []]);
  });
});

describe("a cookie is refused", () => {
  it.each<[string, Partial<DatedVersions>]>([
    ["from the end of its version on", { ends: new Map([[1, Date.now() - 1]]) }],
    ["of a compromised version", { ends: new Map([[1, 0]]) }],
    ["of a version that is gone", { secrets: new Map([[2, SECOND]]), ends: new Map() }],
  ])("%s, at every door, and comes back with no new signature", async (_, change) => {
    expect((await me(session(FIRST))).status).toBe(200);
    inForce(change);
    for (const path of ["/api/trpc/me.get", "/api/v1/me"]) {
      const { status, cookies } = await get(path, session(FIRST));
      expect([path, status, cookies]).toEqual([path, 401, []]);
    }
    const auth = await get("/api/auth/get-session", session(FIRST));
    expect([auth.text, auth.cookies]).toEqual(["null", []]);
    await get("/a-page", session(FIRST));
    expect(door.pages.at(-1)?.headers.cookie).toBe(session(FIRST));
    expect((await house.call(null, "me.get", undefined, { cookie: session(FIRST) })).status).toBe(401);
    expect((await me(NOW())).status).toBe(200);
  });

  it("with a signature of none of ours, beside earlier versions as without", async () => {
    const [first = ""] = session(FIRST).split("%3D");
    const twice = `${session(FIRST)}; ${NOW()}`;
    for (const cookie of [session(newSecret()), `${NAME}=${token}`, first, twice]) {
      const { status, cookies } = await me(cookie);
      expect([cookie, status, cookies]).toEqual([cookie, 401, []]);
      expect(house.runtime.renewCookies(cookie)).toBeNull();
    }
  });
});

describe("a process that is behind another", () => {
  it("accepts what the other signs with the next version, and takes nothing back", async () => {
    const { status, cookies } = await get("/api/auth/get-session", session(THIRD));
    expect([status, cookies]).toEqual([200, []]);
    expect((await get("/api/auth/get-session", session(THIRD))).text).toContain(person.userId);
  });
});
