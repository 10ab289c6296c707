import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FRESH_MS, isFresh } from "@/server/guard/fresh";
import { AUTH_ROUTES } from "@/server/http/auth-routes";
import { OIDC_ROUTES } from "@/server/http/auth-routes-oidc";
import { appRouter } from "@/server/router";
import { Authenticator } from "@/tests/support/authenticator";
import { PASSWORD, sendAuth } from "@/tests/support/browser";
import { addPasskey, challengeFor, codeOf, enrolled, signedUp } from "@/tests/support/factors";
import { type House, openHouse, type Person } from "@/tests/support/house";

let house: House;
let made = 0;
const email = () => `step-up-${made++}@example.com`;
const ageProof = ({ userId }: { userId: string }, interval = "11 minutes") =>
  house.admin`update session set proven_at = now() - ${interval}::interval where user_id = ${userId}`;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const removal = (person: Person, id: string) => house.call(person, "workspace.delete", { id });
const stepUp = ({ cookie }: { cookie: string }, way: string, body: object) =>
  sendAuth(house, "POST", `/step-up/${way}`, { body, headers: { cookie } });
const isProven = async ({ cookie }: { cookie: string }) =>
  isFresh(await house.runtime.identify(new Headers({ cookie })));

describe("a procedure that asks for a fresh proof", () => {
  it("takes one of the last ten minutes, and none that is older or missing", async () => {
    const owner = await house.person();
    const { id } = await owner.in().workspace.create({ name: "To go" });
    for (const proof of [house.admin`now() - interval '10 minutes'`, house.admin`null`]) {
      await house.admin`update session set proven_at = ${proof} where user_id = ${owner.userId}`;
      const refused = await removal(owner, id);
      expect([refused.status, refused.body.error?.data]).toMatchObject([403, { code: "STEP_UP_REQUIRED" }]);
    }
    await ageProof(owner, "9 minutes 50 seconds");
    expect((await removal(owner, id)).status).toBe(200);
  });

  it("tells only whoever else might call that a proof is missing", async () => {
    const [owner, member] = [await house.person(), await house.person()];
    const { id } = await owner.in().workspace.create({ name: "Theirs" });
    await house.join(member, id, "member");
    await ageProof(member);
    const { status, body } = await removal(member, id);
    expect([status, body.error?.data.code]).toEqual([403, "FORBIDDEN"]);
  });

  it("never takes a token, key or service for a person that is there", () => {
    const provenAt = new Date();
    expect(
      ["session", "token", "key", "service"].filter((kind) => isFresh({ kind, provenAt } as never)),
    ).toEqual(["session"]);
    const [at, now] = [new Date(0), FRESH_MS];
    expect([
      isFresh({ kind: "session", provenAt: at }, now - 1),
      isFresh({ kind: "session", provenAt: at }, now),
    ]).toEqual([true, false]);
  });

  it("is whatever ends a workspace, takes the trail away or decides who comes in", () => {
    const procedures = Object.entries(appRouter._def.procedures) as unknown as [
      string,
      { _def: { meta: { policy: { fresh?: true } } } },
    ][];
    const fresh = procedures.filter(([, { _def }]) => _def.meta.policy.fresh).map(([name]) => name);
    expect(fresh).toEqual(
      expect.arrayContaining(["workspace.delete", "workspace.setSecondFactor", "securityEvent.export"]),
    );
  });
});

describe("a route that asks for a fresh proof", () => {
  // That of a provider is there with a provider only: see oidc-links.test.ts.
  const fresh = AUTH_ROUTES.filter((route) => route.fresh && !OIDC_ROUTES.includes(route));

  it("is each that sets a factor or takes it away", () => {
    expect(fresh.map(({ path }) => path)).toEqual([
      ...["enable", "confirm", "disable", "recovery-codes"].map((name) => `/two-factor/${name}`),
      ...["generate-register-options", "verify-registration", "remove"].map((name) => `/passkey/${name}`),
    ]);
  });

  it.each(fresh.map(({ method, path }) => [method, path]))(
    "%s %s refuses a stale one",
    async (method, path) => {
      const ada = await enrolled(house, email());
      const { id } = await addPasskey(house, ada.cookie);
      await ageProof(ada);
      const passkey = new Authenticator().create({ challenge: "AAAA", origin: house.runtime.env.baseUrl });
      const bodies: Record<string, object> = {
        "/two-factor/confirm": { code: "123456" },
        "/passkey/verify-registration": { response: passkey },
        "/passkey/remove": { id },
      };
      const answer = await sendAuth(house, method, path, {
        ...(method === "POST" && { body: bodies[path] ?? {} }),
        headers: { cookie: ada.cookie },
      });
      expect([answer.status, answer.body.error?.code]).toEqual([403, "STEP_UP_REQUIRED"]);
    },
  );
});

describe("a proof", () => {
  it("by password, code or passkey is noted on the session and written down", async () => {
    const ada = await enrolled(house, email());
    const { passkey } = await addPasskey(house, ada.cookie);
    const ways: [string, () => Promise<object>][] = [
      ["password", async () => ({ password: PASSWORD })],
      ["totp", async () => ({ code: await codeOf(ada.secret) })],
    ];
    for (const [way, body] of ways) {
      await ageProof(ada);
      expect(await isProven(ada)).toBe(false);
      expect((await stepUp(ada, way, await body())).status).toBe(200);
      expect(await isProven(ada)).toBe(true);
    }
    await ageProof(ada);
    const { challenge, cookie } = await challengeFor(house, "authenticate", ada.cookie);
    const response = passkey.get({ challenge, origin: house.runtime.env.baseUrl });
    expect((await stepUp({ cookie }, "passkey", { response })).status).toBe(200);
    expect(await isProven(ada)).toBe(true);
    // The same answer again proves nothing.
    await ageProof(ada);
    expect((await stepUp({ cookie }, "passkey", { response })).status).toBe(401);
    const rows = await house.admin`
      select 1 from audit_event where actor_id = ${ada.userId} and action = 'authn_step_up' and resource_kind = 'session'`;
    // Three by the person, four by this test's own hand.
    expect(rows).toHaveLength(7);
  });

  it("that is wrong proves nothing, and is written down", async () => {
    const [ada, eve] = [await enrolled(house, email()), await signedUp(house, email())];
    const { passkey } = await addPasskey(house, ada.cookie);
    await ageProof(eve);
    const asked = await challengeFor(house, "authenticate", eve.cookie);
    const own = await addPasskey(house, (await signedUp(house, email())).cookie);
    const origin = house.runtime.env.baseUrl;
    const tries: [string, object, string][] = [
      ["password", { password: "not this one at all" }, eve.cookie],
      ["totp", { code: await codeOf(ada.secret) }, eve.cookie],
      ["passkey", { response: passkey.get({ challenge: asked.challenge, origin }) }, asked.cookie],
      ["passkey", { response: own.passkey.get({ challenge: "AAAA", origin }) }, eve.cookie],
    ];
    for (const [way, body, cookie] of tries) {
      const answer = await stepUp({ cookie }, way, body);
      expect([way, answer.status, answer.body.error?.code]).toEqual([way, 401, "NOT_PROVEN"]);
    }
    expect(await isProven(eve)).toBe(false);
    await expect
      .poll(
        async () => {
          const rows = await house.admin<{ count: number }[]>`
            select coalesce(sum(count), 0)::int as count from audit_event
            where actor_id = ${eve.userId} and action = 'authn_step_up_fail'`;
          return rows[0]?.count;
        },
        { timeout: 8_000 },
      )
      .toBe(4);
  });

  it("by a passkey that was not unlocked, or whose challenge was somebody else's, proves nothing", async () => {
    const [ada, eve] = [await enrolled(house, email()), await signedUp(house, email())];
    const { passkey } = await addPasskey(house, ada.cookie);
    await ageProof(ada);
    const origin = house.runtime.env.baseUrl;
    const unlocked = await challengeFor(house, "authenticate", ada.cookie);
    const locked = passkey.get({ challenge: unlocked.challenge, origin, isVerified: false });
    expect((await stepUp(unlocked, "passkey", { response: locked })).status).toBe(401);
    const others = await challengeFor(house, "authenticate", eve.cookie);
    const challengeCookie = others.cookie.replace(eve.cookie, ada.cookie);
    const response = passkey.get({ challenge: others.challenge, origin });
    expect((await stepUp({ cookie: challengeCookie }, "passkey", { response })).status).toBe(401);
    expect(await isProven(ada)).toBe(false);
  });

  it("of nobody is asked who they are", async () => {
    for (const way of ["password", "totp"])
      expect(
        (await stepUp({ cookie: "" }, way, way === "totp" ? { code: "123456" } : { password: "x" })).status,
      ).toBe(401);
  });
});
