import { createEmailVerificationToken } from "better-auth/api";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { signedCookie } from "@/server/identity/signatures";
import { newSecret } from "@/server/platform/secrets/kept";
import { currentSecret, type DatedVersions } from "@/server/platform/secrets/versions";
import { cookieOf, PASSWORD, sendAuth, signIn, signUp } from "@/tests/support/browser";
import { eventually } from "@/tests/support/hold";
import { type House, openHouse } from "@/tests/support/house";
import { FIRST, putInForce } from "@/tests/support/rotation";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const inForce = (change?: Partial<DatedVersions>) => putInForce(house, change);
beforeEach(() => inForce());

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
        return { email, token: await createEmailVerificationToken(FIRST, email) };
      }),
    );
    const [good, late] = links;
    if (!good || !late) throw new Error("two links were made");
    await sendAuth(house, "POST", "/verify-email", { body: { token: good.token } });
    expect(await isVerified(good.email)).toBe(true);
    inForce({ ends: new Map([[1, 0]]) });
    await sendAuth(house, "POST", "/verify-email", { body: { token: late.token } });
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
    expect((await house.call(null, "me.get", undefined, { cookie })).status).toBe(200);
  });
});

describe("Better Auth", () => {
  it("knows a caller whose request was under way when the secret was rotated", async () => {
    const { runtime } = house;
    const person = await house.person();
    const rotating = {
      ...runtime.limiter,
      spend: (costs: Parameters<typeof runtime.limiter.spend>[0]) => {
        inForce({ current: 3, ends: new Map([1, 2].map((version) => [version, Date.now() + 60_000])) });
        return runtime.limiter.spend(costs);
      },
    };
    const answer = await sendAuth(
      { ...house, runtime: { ...runtime, limiter: rotating } },
      "GET",
      "/get-session",
      {
        headers: { cookie: person.cookie },
      },
    );
    expect(answer.text).toContain(person.userId);
  });

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
