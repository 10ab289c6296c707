import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDevices } from "@/server/identity/device-cookie";
import { createDigest } from "@/server/platform/digest";
import { PASSWORD, sendAuth, signUp } from "@/tests/support/browser";
import { type House, openHouse } from "@/tests/support/house";
import { freshAddress, limitsOf, statuses } from "@/tests/support/limits";

const OWNER = "owner@example.com";
const OTHER = "other@example.com";

let house: House;
beforeAll(async () => {
  house = await openHouse({ limits: limitsOf("auth=50") });
  await signUp(house, OWNER);
  await signUp(house, OTHER);
});
afterAll(() => house.close());

const signIn = (email: string, password: string, cookie?: string) =>
  sendAuth(house, "POST", "/sign-in/email", {
    body: { email, password },
    headers: { ...freshAddress(), ...(cookie && { cookie }) },
  });
/** The cookie of a device from which somebody has just signed in. */
async function deviceOf(email: string): Promise<string> {
  const { setCookies } = await signIn(email, PASSWORD);
  return setCookies.find((cookie) => cookie.startsWith("holdfast.device="))?.split(";")[0] ?? "no device";
}

describe("guesses at one account from very many addresses", () => {
  let known: string;
  let foreign: string;
  beforeAll(async () => {
    known = await deviceOf(OWNER);
    foreign = await deviceOf(OTHER);
    // All but the last few without the hashing of a password, which alone would take half a minute.
    for (let guess = 0; guess < 495; guess++)
      await house.runtime.limiter.spend([{ name: "auth", by: ["account", OWNER], times: 10 }]);
    // The sign-up and the sign-in that made the device were the first two of 500.
    expect(await statuses(6, () => signIn(OWNER, "a guess of mine"))).toEqual([401, 401, 401, 429, 429, 429]);
  });

  it("end, for whoever comes from elsewhere, with the right password too", async () => {
    expect((await signIn(OWNER, PASSWORD)).status).toBe(429);
  });

  it("do not lock the owner out of a device that is known", async () => {
    const answer = await signIn(OWNER, PASSWORD, known);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.setCookies.join()).toMatch(/holdfast\.session_token=/);
  });

  const forgeries: [string, () => string][] = [
    ["that is another account's", () => foreign],
    ["with another signature", () => `${known.slice(0, -1)}${known.endsWith("A") ? "B" : "A"}`],
    ["with another identifier", () => known.replace(/\.[\w-]{22}\./, `.${"A".repeat(22)}.`)],
    ["with a later time", () => known.replace(/=\d{10}/, "=9999999999")],
    ["without a signature", () => known.split(".").slice(0, -1).join(".")],
    ["that comes twice", () => `${known}; ${known}`],
    ["of another name", () => known.replace("device", "advice")],
    ["that is empty", () => "holdfast.device="],
  ];
  it.each(forgeries)("are not helped by a device %s", async (_, cookie) => {
    expect((await signIn(OWNER, PASSWORD, cookie())).status).toBe(429);
  });

  it("end on a known device too, at its own budget", async () => {
    const device = await deviceOf(OTHER);
    const id = house.runtime.devices.knownFor(OTHER, device) ?? "";
    for (let time = 0; time < 49; time++)
      await house.runtime.limiter.spend([{ name: "auth", by: ["device", id, OTHER] }]);
    expect((await signIn(OTHER, "a guess of mine", device)).status).toBe(401);
    expect((await signIn(OTHER, "a guess of mine", device)).status).toBe(429);
    expect((await signIn(OTHER, PASSWORD)).status).toBe(200);
  });
});

describe("the cookie of a device", () => {
  it("is set by a sign-in and by nothing else, for this site and no script", async () => {
    const { setCookies } = await signIn(OTHER, PASSWORD);
    expect(setCookies.filter((cookie) => cookie.startsWith("holdfast.device="))).toEqual([
      expect.stringMatching(
        /^holdfast\.device=\d{10}\.[\w-]{22}\.[\w-]{43}; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Lax$/,
      ),
    ]);
    const others = [await signIn(OTHER, "a wrong one"), await signUp(house, "new@example.com")];
    for (const answer of others) expect(answer.setCookies).toEqual([]);
  });

  it("names nobody, is kept to this host over https, and ends after half a year", () => {
    const clock = { now: Date.parse("2030-01-01T00:00:00Z") };
    const devices = createDevices({
      digest: createDigest(() => "secret"),
      secure: true,
      now: () => clock.now,
    });
    const cookie = devices.cookieFor(OWNER);
    expect(cookie).toMatch(/^__Host-holdfast\.device=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(cookie).not.toMatch(/domain|owner/i);
    const [pair = ""] = cookie.split(";");
    expect(devices.knownFor(OWNER, `a=b; ${pair}; c=d`)).toMatch(/^[\w-]{22}$/);
    expect(devices.knownFor(OTHER, pair)).toBeNull();
    expect(devices.knownFor(OWNER, null)).toBeNull();
    const elsewhere = createDevices({
      digest: createDigest(() => "another"),
      secure: true,
      now: () => clock.now,
    });
    expect(elsewhere.knownFor(OWNER, pair)).toBeNull();
    clock.now += 180 * 24 * 3_600_000;
    expect(devices.knownFor(OWNER, pair)).not.toBeNull();
    clock.now += 2_000;
    expect(devices.knownFor(OWNER, pair)).toBeNull();
  });
});
