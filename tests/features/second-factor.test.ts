import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appRouter } from "@/server/router";
import { cookieOf, PASSWORD, sendAuth, signIn } from "@/tests/support/browser";
import { codeOf, enrolled, firstStep, verify } from "@/tests/support/factors";
import { callOverHttp, type House, openHouse } from "@/tests/support/house";

let house: House;
let made = 0;
const fresh = () => enrolled(house, `factor-${made++}@example.com`);
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const sessionsOf = async ({ userId }: { userId: string }) =>
  house.admin<
    { second_factor_at: Date | null }[]
  >`select second_factor_at from session where user_id = ${userId}`;
const actionsOf = async ({ userId }: { userId: string }) =>
  (
    await house.admin<{ action: string }[]>`
      select action from audit_event where actor_id = ${userId} and outcome = 'success' order by xid, id`
  ).map(({ action }) => action);

describe("a sign-in of somebody with an authenticator app", () => {
  it("ends with a session that says so, by its code", async () => {
    const ada = await fresh();
    const answer = await verify(house, "totp", await firstStep(house, ada.email), await codeOf(ada.secret));
    expect(answer.status).toBe(200);
    const principal = await house.runtime.identify(new Headers({ cookie: cookieOf(answer) }));
    expect(principal).toMatchObject({ kind: "session", userId: ada.userId, secondFactor: true });
    expect(answer.text).not.toMatch(/token/);
  });

  it("has no session row and reaches nothing before that", async () => {
    const ada = await fresh();
    const before = await sessionsOf(ada);
    const answer = await signIn(house, ada.email);
    expect(answer.body).toEqual({ twoFactorRedirect: true, twoFactorMethods: ["totp"] });
    expect(await sessionsOf(ada)).toEqual(before);
    const cookie = cookieOf(answer);
    expect(cookie).not.toContain("session_token");
    const me = await sendAuth(house, "GET", "/get-session", { headers: { cookie } });
    expect(me.text).toBe("null");
    const procedures = Object.keys(appRouter._def.procedures);
    const person = { ...ada, workspaceId: "", cookie, in: () => appRouter.createCaller({} as never) };
    for (const path of procedures) {
      const { status } = await callOverHttp(house.runtime, { person, path, input: {} });
      expect([path, status]).toEqual([path, 401]);
    }
  });

  it("does not take a password for an unknown code", async () => {
    const ada = await fresh();
    const cookie = await firstStep(house, ada.email);
    const wrong = (await codeOf(ada.secret)) === "000000" ? "000001" : "000000";
    const answer = await verify(house, "totp", cookie, wrong);
    expect([answer.status, answer.body.error?.code]).toEqual([401, "INVALID_CODE"]);
  });

  it("asks for the password again after five wrong codes, whatever comes then", async () => {
    const ada = await fresh();
    const cookie = await firstStep(house, ada.email);
    for (let time = 0; time < 5; time++) await verify(house, "totp", cookie, "000000");
    const answer = await verify(house, "totp", cookie, await codeOf(ada.secret));
    expect([answer.status, answer.body.error?.code]).toEqual([401, "SECOND_STEP_OVER"]);
  });

  it("waits ten minutes and no longer", async () => {
    const ada = await fresh();
    const cookie = await firstStep(house, ada.email);
    await house.admin`update second_step set expires_at = now() where user_id = ${ada.userId}`;
    const answer = await verify(house, "totp", cookie, await codeOf(ada.secret));
    expect([answer.status, answer.body.error?.code]).toEqual([401, "SECOND_STEP_OVER"]);
  });

  it("takes each code once: the same one is no second sign-in", async () => {
    const ada = await fresh();
    const code = await codeOf(ada.secret);
    expect((await verify(house, "totp", await firstStep(house, ada.email), code)).status).toBe(200);
    const again = await verify(house, "totp", await firstStep(house, ada.email), code);
    expect([again.status, again.body.error?.code]).toEqual([401, "INVALID_CODE"]);
    // Nor an earlier one, which a person looked over the shoulder may have seen.
    const earlier = await verify(
      house,
      "totp",
      await firstStep(house, ada.email),
      await codeOf(ada.secret, -1),
    );
    expect(earlier.status).toBe(401);
  });

  it.each(["totp", "recovery-code"] as const)(
    "has one winner among fifty uses of a %s at once",
    async (way) => {
      const ada = await fresh();
      const cookies = await Promise.all(
        Array.from({ length: 50 }, () => house.runtime.factors.secondSteps.begin(ada.userId)),
      );
      const code = way === "totp" ? await codeOf(ada.secret) : (ada.recoveryCodes[0] ?? "");
      const before = (await sessionsOf(ada)).length;
      const answers = await Promise.all(
        cookies.map((token) => verify(house, way, `holdfast.second_step=${token}`, code)),
      );
      const statuses = answers.map(({ status }) => status).sort((one, other) => one - other);
      expect(statuses).toEqual([200, ...Array(49).fill(401)]);
      expect((await sessionsOf(ada)).length).toBe(before + 1);
    },
  );

  it("has one winner among fifty tries of one waiting browser", async () => {
    const ada = await fresh();
    const cookie = await firstStep(house, ada.email);
    const answers = await Promise.all(
      ada.recoveryCodes.map((code) => verify(house, "recovery-code", cookie, code)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it("takes a recovery code as people type it, and not as anybody else's", async () => {
    const [ada, bob] = [await fresh(), await fresh()];
    const [code = ""] = ada.recoveryCodes;
    expect((await verify(house, "recovery-code", await firstStep(house, bob.email), code)).status).toBe(401);
    const typed = code.toLowerCase().replaceAll("-", " ");
    expect((await verify(house, "recovery-code", await firstStep(house, ada.email), typed)).status).toBe(200);
    expect(await actionsOf(ada)).toContain("authn_recovery_code_used");
  });

  it("is counted by account: other addresses and browsers do not help", async () => {
    const tight = await openHouse();
    try {
      const ada = await enrolled(tight, "tight@example.com");
      const { spend } = tight.runtime.limiter;
      const seen: string[][] = [];
      tight.runtime.limiter.spend = (costs) => {
        seen.push(...costs.map(({ by }) => [...by]));
        return spend(costs);
      };
      await verify(tight, "totp", await firstStep(tight, ada.email), "000000");
      expect(seen).toContainEqual(["account", ada.email]);
      seen.length = 0;
      await verify(tight, "totp", "holdfast.second_step=nobody", "000000");
      expect(seen.map(([kind]) => kind)).toEqual(["address"]);
    } finally {
      await tight.close();
    }
  });

  it("is forgotten with the browser where the person asked for that", async () => {
    const ada = await fresh();
    const begun = await sendAuth(house, "POST", "/sign-in/email", {
      body: { email: ada.email, password: PASSWORD, rememberMe: false },
    });
    const answer = await verify(house, "totp", cookieOf(begun), await codeOf(ada.secret));
    const session = answer.setCookies.find((cookie) => cookie.startsWith("holdfast.session_token"));
    expect(session).not.toMatch(/Max-Age/i);
  });
});
