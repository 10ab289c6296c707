import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PASSWORD, signUp } from "@/tests/support/browser";
import { type House, openHouse } from "@/tests/support/house";
import { appended } from "@/tests/support/refusals";
import { claimsIn, sendTokens } from "@/tests/support/tokens";

const EMAIL = "program@example.com";

let house: House;
beforeAll(async () => {
  house = await openHouse();
  await signUp(house, EMAIL);
});
afterAll(() => house.close());

const signIn = (body: object = {}) =>
  sendTokens(house, "/token", { email: EMAIL, password: PASSWORD, ...body });
const refresh = (refreshToken: string, headers?: Record<string, string>) =>
  sendTokens(house, "/refresh", { refreshToken }, headers);
const isGood = async (accessToken: string) => {
  const headers = { authorization: `Bearer ${accessToken}` };
  return (await house.call(null, "me.get", undefined, headers)).status === 200;
};
/** Sets the use of a token back in time. */
const age = (seconds: number) =>
  house.admin`update refresh_token set used_at = used_at - make_interval(secs => ${seconds})`;
const families = async () => {
  const [row] = await house.admin`select count(distinct family_id)::int as n from refresh_token`;
  return row?.n;
};
const events = async (action: string) =>
  house.admin`select actor_id, outcome, address_prefix from audit_event where action = ${action}`;

describe("a refresh token", () => {
  it("is taken for its successor and a new access token of the same session", async () => {
    const { body: first } = await signIn();
    const { status, body: second } = await refresh(first.refreshToken);
    expect(status).toBe(200);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(claimsIn(second.accessToken).sid).toBe(claimsIn(first.accessToken).sid);
    expect(await isGood(second.accessToken)).toBe(true);
    const { status: again } = await refresh(second.refreshToken);
    expect(again).toBe(200);
  });

  it("is taken once by 200 uses at once of one client, who are all answered the same", async () => {
    const { body } = await signIn();
    const before = await house.admin`select count(*)::int as n from refresh_token`;
    const answers = await Promise.all(Array.from({ length: 200 }, () => refresh(body.refreshToken)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map((answer) => answer.body.refreshToken)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.body.accessToken)).size).toBe(1);
    const after = await house.admin`select count(*)::int as n from refresh_token`;
    expect(after[0]?.n - before[0]?.n).toBe(1);
  });

  it("is taken once by two uses that truly meet in the database", async () => {
    const { body } = await signIn();
    const presented = createHash("sha256").update(body.refreshToken).digest("base64url");
    const use = (sql: Pick<House["admin"], "unsafe">) =>
      sql.unsafe("select * from refresh_token_use($1, 'a client', null, $2, 'a successor', 1000, 10)", [
        presented,
        v7(),
      ]);
    let second: PromiseLike<unknown[]> | undefined;
    await house.admin.begin(async (tx) => {
      expect(await use(tx)).toMatchObject([{ outcome: "taken" }]);
      // Sent, and waiting for the first.
      second = use(house.admin).execute();
      await sleep(200);
    });
    expect(await second).toMatchObject([{ outcome: "repeated", successor_is: "a successor" }]);
  });

  const THEFTS: [string, (token: string, successor: string) => Promise<unknown>][] = [
    ["after ten seconds", async (token) => age(11).then(() => refresh(token))],
    [
      "by a client at another place",
      (token) => refresh(token, { "x-holdfast-client-address": "198.51.100.7" }),
    ],
    ["by another program", (token) => refresh(token, { "user-agent": "another/1" })],
    [
      "when its successor has been used",
      async (token, successor) => {
        expect((await refresh(successor)).status).toBe(200);
        return refresh(token);
      },
    ],
  ];
  it.each(THEFTS)("ends its session when it is used again %s", async (_, steal) => {
    const { body: first } = await signIn();
    const { body: second } = await refresh(first.refreshToken);
    const reuses = (await events("authn_token_reuse")).length;
    const answer = (await steal(first.refreshToken, second.refreshToken)) as { status: number };
    // At once: what is answered 401 is committed.
    const { sid } = claimsIn(first.accessToken);
    expect(await house.admin`select 1 from session where id = ${String(sid)}`).toHaveLength(0);
    expect(answer.status).toBe(401);
    expect(await isGood(first.accessToken)).toBe(false);
    expect(await isGood(second.accessToken)).toBe(false);
    expect((await refresh(second.refreshToken)).status).toBe(401);
    expect((await events("authn_token_reuse")).length).toBe(reuses + 1);
  });

  it("raises one alert when it is used again, about its owner", async () => {
    const [row] = await house.admin`select id from "user" where email = ${EMAIL}`;
    await appended(house);
    const alerts =
      await house.admin`select subject_id, severity from alert where rule = 'refresh_token_reused'`;
    expect(alerts).toEqual([{ subject_id: row?.id, severity: "critical" }]);
  });

  it("ends its session once when 20 thieves come at once", async () => {
    const { body } = await signIn();
    await refresh(body.refreshToken);
    const reuses = (await events("authn_token_reuse")).length;
    const thieves = Array.from({ length: 20 }, (_, index) =>
      refresh(body.refreshToken, { "user-agent": `thief/${index}` }),
    );
    expect(new Set((await Promise.all(thieves)).map(({ status }) => status))).toEqual(new Set([401]));
    expect((await events("authn_token_reuse")).length).toBe(reuses + 1);
  });

  it("ends with its session, and its session with it", async () => {
    const { body: first } = await signIn();
    const { sid } = claimsIn(first.accessToken);
    await house.admin`delete from session where id = ${String(sid)}`;
    expect((await refresh(first.refreshToken)).status).toBe(401);
    const { body: second } = await signIn();
    expect((await sendTokens(house, "/revoke", second)).status).toBe(400);
    const before = await families();
    const { status, body } = await sendTokens(house, "/revoke", { refreshToken: second.refreshToken });
    expect([status, body]).toEqual([200, {}]);
    expect(await families()).toBe(before - 1);
    expect(await isGood(second.accessToken)).toBe(false);
    expect((await events("authn_token_revoked")).length).toBe(1);
    const again = await sendTokens(house, "/revoke", { refreshToken: second.refreshToken });
    expect([again.status, again.body]).toEqual([200, {}]);
  });

  it.each([
    ["unused for two weeks", "expires_at"],
    ["of a month ago, however often it was refreshed", "ends_at"],
  ])("is over when it is %s", async (_, column) => {
    const { body } = await signIn();
    const { body: next } = await refresh(body.refreshToken);
    const { sid } = claimsIn(next.accessToken);
    await house.admin`update refresh_token set ${house.admin(column)} = now() where session_id = ${String(sid)}`;
    expect((await refresh(next.refreshToken)).status).toBe(401);
    // It is over, and nobody stole it.
    expect(await house.admin`select 1 from session where id = ${String(sid)}`).toHaveLength(1);
  });

  it("lives no longer than its family, and two weeks unused", async () => {
    const { body } = await signIn();
    const { sid } = claimsIn(body.accessToken);
    const days = async () =>
      house.admin`select round(extract(epoch from expires_at - now()) / 86400)::int as idle,
        round(extract(epoch from ends_at - now()) / 86400)::int as ends from refresh_token
        where session_id = ${String(sid)} and used_at is null`;
    expect(await days()).toEqual([{ idle: 14, ends: 30 }]);
    await house.admin`update refresh_token set ends_at = now() + interval '3 days' where session_id = ${String(sid)}`;
    await refresh(body.refreshToken);
    expect(await days()).toEqual([{ idle: 3, ends: 3 }]);
  });

  it("is refused when it is none, or its owner is banned", async () => {
    for (const token of ["x", "hfr_", `hfr_${"a".repeat(43)}`, `hfr_${"a".repeat(44)}`])
      expect((await refresh(token)).status).toBe(401);
    const email = "leaver@example.com";
    await signUp(house, email);
    const { body } = await signIn({ email });
    await house.admin`update "user" set banned = true where email = ${email}`;
    await expect.poll(async () => (await refresh(body.refreshToken)).status).toBe(401);
  });

  it("is for nobody's page of another site", async () => {
    const { body } = await signIn();
    expect((await refresh(body.refreshToken, { origin: "https://elsewhere.example" })).status).toBe(403);
    expect((await refresh(body.refreshToken)).status).toBe(200);
  });
});

describe("refresh tokens at rest", () => {
  it("are Better Auth's login's alone", async () => {
    const holders = await house.admin`
      select grantee from information_schema.role_table_grants
      where table_name in ('refresh_token', 'jwks') and grantee like 'holdfast%' and grantee <> 'holdfast_migrator'`;
    expect(new Set(holders.map(({ grantee }) => grantee))).toEqual(new Set(["holdfast_auth"]));
  });

  it("are swept away when they are over, with a session that nobody can use any more", async () => {
    const { body } = await signIn();
    const { sid } = claimsIn(body.accessToken);
    const { body: kept } = await signIn();
    await house.admin`update refresh_token set expires_at = now() where session_id = ${String(sid)}`;
    await house.runtime.tokens.sweep();
    expect(await house.admin`select 1 from session where id = ${String(sid)}`).toHaveLength(0);
    expect((await refresh(kept.refreshToken)).status).toBe(200);
  });
});
