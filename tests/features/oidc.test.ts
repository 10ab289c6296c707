import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cookieOf, sendAuth } from "@/tests/support/browser";
import { openHouse } from "@/tests/support/house";
import { followUntil } from "@/tests/support/identity-provider";
import { begin, comeBack, problem, wayOf } from "@/tests/support/oidc-browser";
import { BASE, type OidcHouse, openOidcHouse } from "@/tests/support/oidc-house";

let on: OidcHouse;
beforeAll(async () => {
  on = await openOidcHouse();
}, 60_000);
afterAll(() => on.close());

const usersOf = (email: string) => on.house.admin<{ id: string; verified: boolean; name: string }[]>`
  select id, email_verified as verified, name from "user" where email = ${email}`;

describe("somebody whom the provider knows", () => {
  it("signs up by coming, is the same when coming again, and leaves no token with us", async () => {
    const { sub, email } = on.known();
    const first = await on.go(sub);
    expect(wayOf(first)).toBe("302 /w/home?a=b");
    expect((await on.whoIs(cookieOf(first))).text).toContain(email);
    const again = await on.go(sub);
    expect(wayOf(again)).toBe("302 /w/home?a=b");
    expect((await on.whoIs(cookieOf(again))).status).toBe(200);
    expect(await usersOf(email)).toEqual([expect.objectContaining({ verified: true, name: "Ada Lovelace" })]);
    expect(await on.accountsOf(email)).toEqual([
      {
        ...{ provider_id: on.providerId, account_id: sub },
        ...{ access_token: null, refresh_token: null, id_token: null },
      },
    ]);
    expect(await on.trailOf(email)).toEqual([
      ...["user_created", "authn_identity_linked", "authn_login_success", "authn_login_success"],
    ]);
  });

  it("is sent there with PKCE, a state and a nonce of its own, and nothing that the caller chose", async () => {
    const [one, two] = [await begin(on.house), await begin(on.house)];
    expect(Object.fromEntries(one.url.searchParams)).toEqual({
      response_type: "code",
      client_id: "holdfast",
      redirect_uri: `${BASE}/api/auth/callback/${on.providerId}`,
      scope: "openid profile email",
      state: expect.stringMatching(/^[\w-]{32}$/),
      nonce: expect.stringMatching(/^[\w-]{32}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
    for (const name of ["state", "nonce", "code_challenge"])
      expect(one.url.searchParams.get(name)).not.toBe(two.url.searchParams.get(name));
    const good = { provider: on.providerId, callbackURL: "/" };
    for (const extra of [
      { scopes: ["admin"] },
      { idToken: { token: "x" } },
      { errorCallbackURL: "/x" },
      { additionalParams: { prompt: "none" } },
      { callbackURL: "https://evil.example" },
      { callbackURL: "//evil.example" },
      { callbackURL: "/\\evil.example" },
    ]) {
      const answer = await sendAuth(on.house, "POST", "/sign-in/social", { body: { ...good, ...extra } });
      expect([extra, answer.status]).toEqual([extra, 400]);
    }
  });

  it.each([undefined, false, "true", 1])(
    "has no confirmed address where email_verified is %j",
    async (said) => {
      const { sub, email } = on.known({ email_verified: said });
      await on.go(sub);
      expect((await usersOf(email))[0]?.verified).toBe(false);
    },
  );

  it("comes with a name that no line could hold, and is given one that can", async () => {
    const { sub, email } = on.known({ name: `Ada\n\u0000${"x".repeat(300)}` });
    expect(wayOf(await on.go(sub))).toBe("302 /w/home?a=b");
    expect((await usersOf(email))[0]?.name).toBe(`Ada ${"x".repeat(96)}`);
  });

  it("without an address, or with none that is one, is told so", async () => {
    for (const email of [undefined, "nobody", "a@b.example\n"]) {
      const { sub } = on.known({ email });
      expect(wayOf(await on.go(sub))).toBe(problem("OIDC_NO_EMAIL"));
    }
  });

  it("and was banned here, gets no session", async () => {
    const { sub, email } = on.known();
    await on.go(sub);
    await on.house.admin`update "user" set banned = true where email = ${email}`;
    const answer = await on.go(sub);
    expect(wayOf(answer)).toBe(problem("BANNED_USER"));
    expect((await on.whoIs(cookieOf(answer))).status).toBe(401);
  });
});

describe("the way back", () => {
  it("is of one browser, and once", async () => {
    const { sub, email } = on.known();
    on.idp.who = sub;
    const errand = await begin(on.house);
    const address = await followUntil(errand.url.href, BASE);
    const other = await begin(on.house);
    expect(wayOf(await comeBack(on.house, address, other.cookie))).toBe(problem("OIDC_STATE"));
    expect(wayOf(await comeBack(on.house, address, ""))).toBe(problem("OIDC_STATE"));
    expect(await usersOf(email)).toEqual([]);
    expect(wayOf(await comeBack(on.house, address, errand.cookie))).toBe("302 /w/home?a=b");
    expect(wayOf(await comeBack(on.house, address, errand.cookie))).toBe(problem("OIDC_STATE"));
    // A code that was used, under a state of its own: the provider knows it no more.
    const late = new URL(address);
    const fresh = await begin(on.house);
    late.searchParams.set("state", fresh.state);
    expect(wayOf(await comeBack(on.house, late, fresh.cookie))).toBe(problem("OIDC_CODE"));
    expect(
      await on.house.admin`select 1 from session s join "user" u on u.id = s.user_id where email = ${email}`,
    ).toHaveLength(1);
  });

  it("ends on our page, whatever is in it, and shows nothing of the provider's", async () => {
    const path = `/api/auth/callback/${on.providerId}`;
    const errand = await begin(on.house);
    const iss = `iss=${on.idp.settings.issuer}`;
    for (const [query, code] of [
      ["", "OIDC_ISSUER"],
      [`?code=x&${iss}`, "OIDC_STATE"],
      [`?code=x&state=unknown&${iss}`, "OIDC_STATE"],
      [`?code=x&code=y&state=${errand.state}&${iss}`, "OIDC_ISSUER"],
      [`?code=${"x".repeat(3000)}&state=${errand.state}&${iss}`, "OIDC_ISSUER"],
      [
        `?error=access_denied&error_description=<b>hi</b>&state=${errand.state}&iss=${on.idp.settings.issuer}`,
        "OIDC_DENIED",
      ],
    ])
      expect(wayOf(await comeBack(on.house, path + query, errand.cookie))).toBe(problem(String(code)));
    const raw = await begin(on.house);
    const answer = await comeBack(
      on.house,
      `${path}?error=evil%0d%0atext&state=${raw.state}&iss=${on.idp.settings.issuer}`,
      raw.cookie,
    );
    expect(wayOf(answer)).toBe(problem("OIDC_FAILED"));
    expect(wayOf(await comeBack(on.house, "/api/auth/callback/google?code=x&state=y", ""))).toMatch(
      /^302 \/sign-in\/problem/,
    );
  });

  it("of another issuer, or of none, is refused (mix-up, RFC 9207)", async () => {
    const { sub, email } = on.known();
    for (const change of [
      (url: URL) => url.searchParams.set("iss", "https://evil.example"),
      (url: URL) => url.searchParams.delete("iss"),
    ]) {
      on.idp.who = sub;
      const errand = await begin(on.house);
      const address = new URL(await followUntil(errand.url.href, BASE));
      expect(address.searchParams.get("iss")).toBe(on.idp.settings.issuer);
      change(address);
      expect(wayOf(await comeBack(on.house, address, errand.cookie))).toBe(problem("OIDC_ISSUER"));
    }
    expect(await usersOf(email)).toEqual([]);
  });
});

it("without a provider there is no such route", async () => {
  const plain = await openHouse();
  for (const [method, path] of [
    ["POST", "/sign-in/social"],
    ["POST", "/link-social"],
    ["GET", `/callback/${on.providerId}?code=x&state=y`],
  ] as const)
    expect([path, (await sendAuth(plain, method, path)).status]).toEqual([path, 404]);
  await plain.close();
});
