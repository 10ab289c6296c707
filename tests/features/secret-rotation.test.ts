import { createEmailVerificationToken } from "better-auth/api";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { signedCookie } from "@/server/identity/signatures";
import { newSecret } from "@/server/platform/secrets/kept";
import { currentSecret, type DatedVersions } from "@/server/platform/secrets/versions";
import { cookieOf, PASSWORD, sendAuth, signIn, signUp } from "@/tests/support/browser";
import { type Door, openDoor } from "@/tests/support/gate";
import { eventually } from "@/tests/support/hold";
import { type House, openHouse, type Person } from "@/tests/support/house";

const NAME = "holdfast.session_token";
const HOUR = 3_600_000;

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

const [FIRST, SECOND, THIRD] = [newSecret(), newSecret(), newSecret()];
const secrets = new Map([
  [1, FIRST],
  [2, SECOND],
  [3, THIRD],
]);
/** Version 2 signs, version 1 ends in an hour, version 3 is upcoming: unless said otherwise. */
function inForce(change: Partial<DatedVersions> = {}): void {
  const auth = { current: 2, secrets, ends: new Map([[1, Date.now() + HOUR]]), ...change };
  house.runtime.secrets.replace({ auth, audit: house.runtime.secrets.audit() });
}
beforeEach(() => inForce());

const session = (secret: string, of = token) => `${NAME}=${signedCookie(of, secret)}`;
const NOW = () => session(SECOND);

interface Got {
  status: number;
  text: string;
  cookies: string[];
}
async function get(path: string, cookie: string, init: RequestInit = {}): Promise<Got> {
  const answer = await fetch(`http://127.0.0.1:${door.port}${path}`, {
    ...init,
    headers: { cookie, ...init.headers },
  });
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

describe("what else was signed before", () => {
  it("a known device is known until the end of the version, and a sign-in renews it", async () => {
    const account = "device@example.com";
    await signUp(house, account);
    inForce({ current: 1, secrets: new Map([[1, FIRST]]), ends: new Map() });
    const device = cookieOf(await signIn(house, account));
    inForce();
    expect(house.runtime.devices.knownFor(account, device)).toMatch(/^[\w-]{22}$/);
    const renewed = cookieOf(await signIn(house, account));
    inForce({ ends: new Map([[1, 0]]) });
    expect(house.runtime.devices.knownFor(account, device)).toBeNull();
    expect(house.runtime.devices.knownFor(account, renewed)).toMatch(/^[\w-]{22}$/);
  });

  it("a link in a mail confirms an address until the end of the version", async () => {
    const isVerified = async (email: string) =>
      (await house.admin`select 1 from "user" where email = ${email} and email_verified`).length === 1;
    const links = await Promise.all(
      ["link-a@example.com", "link-b@example.com"].map(async (email) => {
        await signUp(house, email);
        return { email, path: `/verify-email?token=${await createEmailVerificationToken(FIRST, email)}` };
      }),
    );
    const [good, late] = links;
    if (!good || !late) throw new Error("two links were made");
    await sendAuth(house, "GET", good.path);
    expect(await isVerified(good.email)).toBe(true);
    inForce({ ends: new Map([[1, 0]]) });
    await sendAuth(house, "GET", late.path);
    expect(await isVerified(late.email)).toBe(false);
  });

  it("a sign-in under the new secret is one for all doors", async () => {
    const account = "new@example.com";
    await signUp(house, account);
    const cookie = cookieOf(await signIn(house, account, PASSWORD));
    expect(decodeURIComponent(cookie)).toContain(
      decodeURIComponent(
        signedCookie(
          decodeURIComponent(cookie).split(/[=.]/)[2] ?? "",
          currentSecret(house.runtime.secrets.auth()),
        ),
      ),
    );
    expect((await me(cookie)).status).toBe(200);
  });
});

describe("Better Auth", () => {
  it("reads no secret from the environment by itself: it knows nothing of ends", async () => {
    vi.stubEnv("BETTER_AUTH_SECRETS", `9:${newSecret()}`);
    const other = await openHouse();
    await signUp(other, "env@example.com");
    const cookie = cookieOf(await signIn(other, "env@example.com"));
    expect((await other.call(null, "me.get", undefined, { cookie })).status).toBe(200);
    vi.unstubAllEnvs();
    await other.close();
  });
});

describe("evidence", () => {
  it("of one address has another digest under another secret, and the same under the same", async () => {
    const note = () =>
      house.runtime.noteRefusal({
        ...{ event: "authn_credential_invalid", outcome: "failure", reason: "COOKIE_FORGED" },
        ...{ target: `rotation ${currentVersion()}`, caller: null, address: "192.0.2.7", requestId: "r" },
      });
    const currentVersion = () => house.runtime.secrets.auth().current;
    note();
    const before = house.runtime.digest("address", "192.0.2.7");
    inForce({ current: 3, ends: new Map([1, 2].map((version) => [version, 0])) });
    note();
    const after = house.runtime.digest("address", "192.0.2.7");
    const rows = () => house.admin<{ target: string; address_digest: string }[]>`
      select target, address_digest from audit_event where target like 'rotation %' order by target`;
    await eventually(async () => (await rows()).length === 2);
    expect((await rows()).map((row) => row.address_digest)).toEqual([before, after]);
    expect(after).not.toBe(before);
  });
});
