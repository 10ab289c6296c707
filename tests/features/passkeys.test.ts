import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Authenticator } from "@/tests/support/authenticator";
import { cookieOf, sendAuth, signIn } from "@/tests/support/browser";
import { addPasskey, challengeFor, enrolled, signedUp } from "@/tests/support/factors";
import { type House, openHouse } from "@/tests/support/house";

let house: House;
let made = 0;
const person = () => signedUp(house, `passkey-${made++}@example.com`);
const identify = (cookie: string) => house.runtime.identify(new Headers({ cookie }));
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

type Wrong = Partial<Parameters<Authenticator["get"]>[0]>;

async function signInBy(passkey: Authenticator, wrong: Wrong = {}) {
  const { challenge, cookie } = await challengeFor(house, "authenticate");
  const response = passkey.get({ challenge, origin: house.runtime.env.baseUrl, ...wrong });
  const send = () =>
    sendAuth(house, "POST", "/passkey/verify-authentication", { body: { response }, headers: { cookie } });
  return { answer: await send(), again: send };
}

describe("a passkey", () => {
  it("signs its owner in, with both factors", async () => {
    const ada = await person();
    const { passkey } = await addPasskey(house, ada.cookie);
    const { answer } = await signInBy(passkey);
    expect(answer.status).toBe(200);
    expect(await identify(cookieOf(answer))).toMatchObject({ userId: ada.userId, secondFactor: true });
    expect(answer.text).not.toMatch(/"token"/);
  });

  it("is a second factor: from then on a password alone begins no session", async () => {
    const ada = await person();
    const elsewhere = cookieOf(await signIn(house, ada.email));
    await addPasskey(house, ada.cookie);
    expect(await identify(ada.cookie)).toMatchObject({ secondFactor: true });
    await expect(identify(elsewhere)).rejects.toThrow();
    const { body, setCookies } = await signIn(house, ada.email);
    expect(body).toEqual({ twoFactorRedirect: true, twoFactorMethods: ["passkey"] });
    expect(setCookies.join()).not.toContain("session_token");
  });

  it.each<[string, Wrong]>([
    ["was not unlocked", { isVerified: false }],
    ["answers another site", { origin: "https://evil.example" }],
    ["is bound to another site", { rpId: "evil.example" }],
    ["answers a challenge that nobody gave", { challenge: Buffer.alloc(32).toString("base64url") }],
  ])("signs nobody in that %s", async (_, wrong) => {
    const ada = await person();
    const { passkey } = await addPasskey(house, ada.cookie);
    const { answer } = await signInBy(passkey, wrong);
    expect([400, 401]).toContain(answer.status);
    expect(answer.setCookies.join()).not.toContain("session_token");
  });

  it("answers a challenge once", async () => {
    const ada = await person();
    const { passkey } = await addPasskey(house, ada.cookie);
    const { answer, again } = await signInBy(passkey);
    expect(answer.status).toBe(200);
    const repeated = await again();
    expect([repeated.status, repeated.body.error?.code]).toEqual([400, "CHALLENGE_NOT_FOUND"]);
  });

  it("that nobody added signs nobody in", async () => {
    expect((await signInBy(new Authenticator())).answer.status).toBe(401);
  });

  it("of a banned person signs nobody in", async () => {
    const ada = await person();
    const { passkey } = await addPasskey(house, ada.cookie);
    await house.admin`update "user" set banned = true where id = ${ada.userId}`;
    const { answer } = await signInBy(passkey);
    expect(answer.status).toBe(403);
    expect(answer.setCookies.join()).not.toContain("session_token");
  });

  it("is not added that was not unlocked, and the session stays what it was", async () => {
    const ada = await person();
    const { challenge, cookie } = await challengeFor(house, "register", ada.cookie);
    const response = new Authenticator().create({
      ...{ challenge, origin: house.runtime.env.baseUrl, isVerified: false },
    });
    const answer = await sendAuth(house, "POST", "/passkey/verify-registration", {
      body: { response },
      headers: { cookie },
    });
    expect(answer.status).toBe(401);
    expect(await identify(ada.cookie)).toMatchObject({ secondFactor: false });
  });

  it("is named and removed by its owner alone", async () => {
    const [ada, eve] = [await person(), await person()];
    const { id } = await addPasskey(house, ada.cookie);
    const as = ({ cookie }: { cookie: string }, path: string, body: object) =>
      sendAuth(house, "POST", `/passkey/${path}`, { body, headers: { cookie } });
    const foreign = await as(eve, "remove", { id });
    const unknown = await as(eve, "remove", { id: randomUUID() });
    expect([foreign.status, foreign.body.error?.code]).toEqual([403, "FORBIDDEN"]);
    expect({ ...unknown.body.error, requestId: "" }).toEqual({ ...foreign.body.error, requestId: "" });
    expect((await as(eve, "rename", { id, name: "Mine" })).status).toBe(403);
    expect((await as(ada, "rename", { id, name: "Blue key" })).status).toBe(200);
    const { body } = await sendAuth(house, "GET", "/two-factor/status", { headers: { cookie: ada.cookie } });
    expect(body.passkeys).toMatchObject([{ id, name: "Blue key" }]);
    expect((await as(ada, "remove", { id })).status).toBe(200);
    expect(await identify(ada.cookie)).toMatchObject({ secondFactor: false });
    const actions = await house.admin<{ action: string }[]>`
      select action from audit_event where actor_id = ${ada.userId} and action like 'authn_passkey%' order by xid, id`;
    expect(actions.map(({ action }) => action)).toEqual(["authn_passkey_added", "authn_passkey_removed"]);
  });

  it("that is removed leaves an authenticator app what it is", async () => {
    const ada = await enrolled(house, "both@example.com");
    const { id } = await addPasskey(house, ada.cookie);
    await sendAuth(house, "POST", "/passkey/remove", {
      body: { id },
      headers: { cookie: ada.cookie },
    });
    expect(await identify(ada.cookie)).toMatchObject({ secondFactor: true });
    expect(await house.runtime.factors.secondFactorOf(ada.userId)).toBe("set");
  });
});
