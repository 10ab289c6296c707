import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "@/db/client";
import { createCredentialCheck } from "@/server/identity/tokens/credentials";
import type { SecondFactors } from "@/server/identity/tokens/second-factor";
import { PASSWORD, signUp } from "@/tests/support/browser";
import { type House, openHouse } from "@/tests/support/house";
import { freshAddress, limitsOf } from "@/tests/support/limits";
import { appended, refusals } from "@/tests/support/refusals";
import { claimsIn, sendTokens } from "@/tests/support/tokens";

const EMAIL = "program@example.com";
/** Where nobody can set a second factor, nobody has one. */
const NO_SECOND_FACTORS: SecondFactors = { of: async () => "none", verify: async () => false };

let house: House;
beforeAll(async () => {
  house = await openHouse();
  await signUp(house, EMAIL);
});
afterAll(() => house.close());

const signIn = (body: object = {}) =>
  sendTokens(house, "/token", { email: EMAIL, password: PASSWORD, ...body });
const isGood = async (accessToken: string) => {
  const headers = { authorization: `Bearer ${accessToken}` };
  return (await house.call(null, "me.get", undefined, headers)).status === 200;
};
const events = async (action: string) =>
  house.admin`select actor_id, outcome, address_prefix from audit_event where action = ${action}`;

describe("an e-mail address and a password", () => {
  it("give a session of their own, an access token and a refresh token, and are written down", async () => {
    const { status, body, headers } = await signIn();
    expect([status, body.expiresIn, body.tokenType]).toEqual([200, 300, "Bearer"]);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body.refreshToken).toMatch(/^hfr_[\w-]{43}$/);
    expect(await isGood(body.accessToken)).toBe(true);
    const { sid, sub } = claimsIn(body.accessToken);
    const [session] =
      await house.admin`select user_agent, ip_address, second_factor_at from session where id = ${String(sid)}`;
    expect(session).toEqual({
      user_agent: "API client: a program/1",
      ip_address: "192.0.2.0/24",
      second_factor_at: null,
    });
    const created = { actor_id: sub, outcome: "success", address_prefix: "192.0.2.0/24" };
    expect(await events("authn_token_created")).toContainEqual(created);
    expect(await events("authn_login_success")).toContainEqual(created);
  });

  it("leave no token in the database", async () => {
    const { body } = await signIn();
    const [row] = await house.admin`select string_agg(t::text, ' ') as everything from refresh_token t`;
    expect(row?.everything).not.toContain(body.refreshToken.slice(4));
    const [sessions] = await house.admin`select string_agg(s::text, ' ') as everything from session s`;
    expect(sessions?.everything).not.toContain(body.refreshToken.slice(4));
  });

  it("are refused alike when nobody has the address, and when the password is wrong", async () => {
    const wrong = await signIn({ password: "not the password" });
    const nobody = await signIn({ email: "nobody@example.com" });
    const { requestId: _, ...one } = wrong.body.error as Record<string, unknown>;
    const { requestId: __, ...other } = nobody.body.error as Record<string, unknown>;
    expect([wrong.status, one]).toEqual([nobody.status, other]);
    expect([wrong.status, one.code]).toEqual([401, "INVALID_EMAIL_OR_PASSWORD"]);
    await appended(house);
    const seen = await refusals(house, house.admin`action = 'authn_login_fail' and target = 'auth/token'`);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every(({ account_digest }) => account_digest !== null)).toBe(true);
  });

  it("cost the same work whether anybody has the address", async () => {
    const timed = async (email: string) => {
      const begin = performance.now();
      await signIn({ email, password: "not the password" });
      return performance.now() - begin;
    };
    const median = async (email: string) => {
      const times = [];
      for (let count = 0; count < 5; count++) times.push(await timed(email));
      return times.sort((one, other) => one - other)[2] ?? 0;
    };
    const [known, unknown] = [await median(EMAIL), await median("nobody@example.com")];
    expect(unknown).toBeGreaterThan(known / 2);
  });

  it("give nothing to whoever is banned, nor beside another credential", async () => {
    const email = "banned@example.com";
    await signUp(house, email);
    await house.admin`update "user" set banned = true where email = ${email}`;
    const banned = await signIn({ email });
    expect([banned.status, banned.body.error?.code]).toEqual([403, "BANNED_USER"]);
    const person = await house.person();
    const body = { email: EMAIL, password: PASSWORD };
    for (const headers of [{ cookie: person.cookie }, { authorization: "Bearer x" }, { "x-api-key": "x" }])
      expect((await sendTokens(house, "/token", body, headers as Record<string, string>)).status).toBe(401);
  });

  it("are judged strictly", async () => {
    for (const body of [
      { email: EMAIL },
      { password: PASSWORD },
      { email: EMAIL, password: PASSWORD, role: "admin" },
      { email: 1, password: PASSWORD },
      { email: EMAIL, password: [PASSWORD] },
      [],
      "x",
    ])
      expect([body, (await sendTokens(house, "/token", body)).status]).toEqual([body, 400]);
  });

  it("may be tried as often as a sign-in, by address and by account", async () => {
    const tight = await openHouse({ limits: limitsOf("auth=3/1m") });
    const attempt = (headers: Record<string, string>, email = EMAIL) =>
      sendTokens(tight, "/token", { email, password: "wrong" }, headers).then(({ status }) => status);
    const here = freshAddress();
    const seen: number[] = [];
    for (let count = 0; count < 4; count++) seen.push(await attempt(here, `${count}@example.com`));
    expect(seen).toEqual([401, 401, 401, 429]);
    const far: number[] = [];
    for (let count = 0; count < 31; count++) far.push(await attempt(freshAddress()));
    expect([far.slice(0, 30).every((status) => status === 401), far[30]]).toEqual([true, 429]);
    await tight.close();
  });

  describe("with a second factor", () => {
    const open = async (secondFactors: SecondFactors) => {
      const { env } = house.runtime;
      const sql = connect(env.database?.authUrl ?? "", { max: 2, prepare: true });
      const verifyPassword = house.runtime.auth.verifyPassword;
      const check = createCredentialCheck({ sql, verifyPassword, verifyEmail: false, secondFactors });
      return { check, close: () => sql.end() };
    };

    it("ask for its code, and take no wrong one; without one, ask for none", async () => {
      const codes: [string, string][] = [];
      const { check, close } = await open({
        of: async () => "set",
        verify: async (userId, code) => {
          codes.push([userId, code]);
          return code === "123456";
        },
      });
      const given = { email: EMAIL, password: PASSWORD };
      expect(await check({ ...given, password: "wrong", code: "123456" })).toEqual({
        fault: "INVALID_EMAIL_OR_PASSWORD",
      });
      expect(await check(given)).toEqual({ fault: "SECOND_FACTOR_REQUIRED" });
      expect(codes).toEqual([]);
      expect(await check({ ...given, code: "000000" })).toEqual({ fault: "INVALID_CODE" });
      expect(await check({ ...given, code: "123456" })).toEqual({
        userId: codes[0]?.[0],
        secondFactor: true,
      });
      await close();
      const without = await open(NO_SECOND_FACTORS);
      expect(await without.check(given)).toMatchObject({ secondFactor: false });
      await without.close();
    });

    it("may be tried ten times in five minutes", async () => {
      const tight = await openHouse({ limits: limitsOf("auth=1000/1m,sensitive=3/1m") });
      const seen: number[] = [];
      for (let count = 0; count < 4; count++) {
        const body = { email: "one@example.com", password: "wrong", code: String(count) };
        seen.push((await sendTokens(tight, "/token", body, freshAddress())).status);
      }
      expect(seen).toEqual([401, 401, 401, 429]);
      await tight.close();
    });
  });
});
