import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cookieOf, PASSWORD, sendAuth, signIn } from "@/tests/support/browser";
import { codeOf, verify, withApp } from "@/tests/support/factors";
import { followUntil } from "@/tests/support/identity-provider";
import { begin, comeBack, problem, wayOf } from "@/tests/support/oidc-browser";
import { BASE, type OidcHouse, openOidcHouse } from "@/tests/support/oidc-house";

let on: OidcHouse;
beforeAll(async () => {
  on = await openOidcHouse();
}, 60_000);
afterAll(() => on.close());

describe("an account that is there", () => {
  it.each([true, false])(
    "is never joined by its address, confirmed by the provider: %s",
    async (confirmed) => {
      const { sub, email } = on.known({ email_verified: confirmed });
      await on.withPassword(email);
      const answer = await on.go(sub);
      expect(wayOf(answer)).toBe(problem("OIDC_NOT_LINKED"));
      expect((await on.whoIs(cookieOf(answer))).status).toBe(401);
      expect((await on.accountsOf(email)).map(({ provider_id }) => provider_id)).toEqual(["credential"]);
    },
  );

  it("is connected from a fresh session, whatever the addresses, and then opened both ways", async () => {
    const { sub } = on.known();
    const email = `mine-${sub}@example.com`;
    const session = await on.withPassword(email);
    expect(wayOf(await on.go(sub, session))).toBe("302 /account");
    expect((await on.accountsOf(email)).map(({ provider_id }) => provider_id)).toEqual([
      "credential",
      on.providerId,
    ]);
    expect((await on.trailOf(email)).at(-1)).toBe("authn_identity_linked");
    expect((await on.whoIs(cookieOf(await on.go(sub)))).text).toContain(email);
    expect((await signIn(on.house, email, PASSWORD)).status).toBe(200);
    // Somebody else can not connect it, too.
    const other = await on.withPassword(`other-${sub}@example.com`);
    expect(wayOf(await on.go(sub, other))).toBe(problem("OIDC_LINKED_ELSEWHERE"));
  });

  it("with a second factor waits for it, and is nobody's until then", async () => {
    const { sub } = on.known();
    const email = `careful-${sub}@example.com`;
    const session = await on.withPassword(email);
    await on.go(sub, session);
    const { secret } = await withApp(on.house, session);
    const waiting = await on.go(sub);
    expect(wayOf(waiting)).toBe("302 /second-step");
    expect((await on.whoIs(cookieOf(waiting))).status).toBe(401);
    const done = await verify(on.house, "totp", cookieOf(waiting), await codeOf(secret));
    expect(done.status).toBe(200);
    expect((await on.whoIs(cookieOf(done))).text).toContain(email);
  });

  const link = (cookie: string) =>
    sendAuth(on.house, "POST", "/link-social", {
      body: { provider: on.providerId, callbackURL: "/account" },
      headers: { cookie },
    });

  it("is connected by nobody who is not signed in, not lately, or of no confirmed address", async () => {
    const email = "late@example.com";
    const cookie = await on.withPassword(email);
    expect([(await link("")).status, (await link(cookie)).status]).toEqual([401, 200]);
    const isOld = (age: string, proven: string) => on.house.admin`
      update session set created_at = now() - ${age}::interval, proven_at = now() - ${proven}::interval
      from "user" u where u.id = user_id and u.email = ${email}`;
    await isOld("11 minutes", "11 minutes");
    expect((await link(cookie)).body.error).toMatchObject({ code: "STEP_UP_REQUIRED" });
    await isOld("1 day", "1 minute");
    expect((await link(cookie)).status).toBe(200);
    await on.house.admin`update "user" set email_verified = false where email = ${email}`;
    const unconfirmed = await link(cookie);
    expect([unconfirmed.status, unconfirmed.body.error?.code]).toEqual([403, "EMAIL_NOT_VERIFIED"]);
  });

  it("is not connected any more when the session ended on the way", async () => {
    const { sub } = on.known();
    const email = `ended-${sub}@example.com`;
    const session = await on.withPassword(email);
    on.idp.who = sub;
    const errand = await begin(on.house, session);
    const address = await followUntil(errand.url.href, BASE);
    await on.house.admin`delete from session using "user" u where u.id = user_id and u.email = ${email}`;
    expect(wayOf(await comeBack(on.house, address, errand.cookie))).toBe(problem("OIDC_LINK"));
    expect((await on.accountsOf(email)).map(({ provider_id }) => provider_id)).toEqual(["credential"]);
  });
});
