import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asTold, onBeat, untilBeat } from "@/server/http/auth-beat";
import { AUTH_ROUTES } from "@/server/http/auth-routes";
import { createHashing } from "@/server/identity/passwords";
import { type AuthAnswer, PASSWORD, sendAuth } from "@/tests/support/browser";
import type { House } from "@/tests/support/house";
import { freshAddress } from "@/tests/support/limits";
import { openHouseWithMail, secretOf } from "@/tests/support/mail";
import type { PostOffice } from "@/tests/support/post-office";

const modes = ["development", "production"] as const;

/** All that somebody could compare, to the byte: only ids, times and addresses are put into one form. */
function seen({ status, headers, text }: AuthAnswer) {
  const blank = (value: string) =>
    value
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<id>")
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "<time>")
      .replace(/(known|novel)-\d+@example\.com/g, "<address>")
      // Seconds until the budget is whole again.
      .replace(/;t=\d+/g, ";t=<time>");
  return { status, headers: [...headers].map(([name, value]) => [name, blank(value)]), text: blank(text) };
}

describe.each(modes)("in %s mode nobody learns whether an address is known", (mode) => {
  let house: House;
  let office: PostOffice;
  let addresses = 0;
  const novel = () => `novel-${++addresses}@example.com`;
  beforeAll(async () => {
    ({ house, office } = await openHouseWithMail(mode));
  });
  afterAll(async () => {
    await house.close();
    await office.close();
  });

  // Each from a place of its own, so that its budget is what it would be for somebody's first try.
  const post = (path: string, body: object) =>
    sendAuth(house, "POST", path, { body, headers: freshAddress() });
  const signIn = (email: string, password: string) => post("/sign-in/email", { email, password });
  const signUp = (email: string, password = PASSWORD) =>
    post("/sign-up/email", { name: "A person", email, password });

  /** An account, confirmed or not. */
  async function known(isConfirmed = true): Promise<string> {
    const email = `known-${++addresses}@example.com`;
    await signUp(email);
    const [letter] = await office.lettersTo(email);
    if (isConfirmed && letter) await post("/verify-email", { token: secretOf(letter) });
    return email;
  }

  it("from a sign-in with a wrong password", async () => {
    const unknown = seen(await signIn(novel(), "a wrong password 50"));
    expect(unknown).toMatchObject({ status: 401 });
    expect(seen(await signIn(await known(), "a wrong password 50"))).toEqual(unknown);
    expect(seen(await signIn(await known(false), "a wrong password 50"))).toEqual(unknown);
  });

  it("from what a sign-in looks up: where accounts can not be read, it fails alike", async () => {
    const email = await known();
    await house.admin`revoke select on account from holdfast_auth`;
    const [one, other] = [
      await signIn(novel(), "a wrong password 50"),
      await signIn(email, "a wrong password 50"),
    ];
    await house.admin`grant select on account to holdfast_auth`;
    expect(one.status).not.toBe(401);
    expect(seen(one)).toEqual(seen(other));
  });

  it("from a sign-up, nor from the sign-in that follows it", async () => {
    const other = "a quite different one 49";
    const fresh = novel();
    const first = seen(await signUp(fresh, other));
    expect(first).toMatchObject({ status: 200 });
    const taken = await known();
    expect(seen(await signUp(taken, other))).toEqual(first);
    const pending = await known(false);
    expect(seen(await signUp(pending, other))).toEqual(first);
    if (mode !== "production") return;
    const after = seen(await signIn(fresh, other));
    expect(after).toMatchObject({ status: 401 });
    expect(seen(await signIn(taken, other))).toEqual(after);
    expect(seen(await signIn(pending, other))).toEqual(after);
  });

  it.each(["/request-password-reset", "/send-verification-email"])("from %s", async (path) => {
    const unknown = seen(await post(path, { email: novel() }));
    expect(unknown).toMatchObject({ status: 200 });
    expect(seen(await post(path, { email: await known() }))).toEqual(unknown);
    expect(seen(await post(path, { email: await known(false) }))).toEqual(unknown);
  });

  it("from the work that ends in a letter, which begins after the answer", async () => {
    const email = await known();
    const links = () => house.admin`select 1 from verification v join "user" u on u.id::text = v.value
      where u.email = ${email}`;
    await post("/request-password-reset", { email });
    expect(await links()).toHaveLength(0);
    await expect.poll(links, { timeout: 10_000 }).toHaveLength(1);
  });

  it("from a mail server that does not answer", async () => {
    const email = await known();
    await office.close();
    for (const path of ["/request-password-reset", "/send-verification-email"])
      expect(seen(await post(path, { email }))).toEqual(seen(await post(path, { email: novel() })));
    expect(seen(await signUp(email))).toEqual(seen(await signUp(novel())));
  });
});

describe("the beat", () => {
  it.each([
    [0, 250],
    [1, 249],
    [249, 1],
    [250, 0],
    [251, 249],
    [999, 1],
  ])("comes, %i ms after the request, %i ms later", (elapsed, left) => {
    expect(untilBeat(elapsed)).toBe(left);
  });

  it("is kept by every route whose time could tell, and the refusals of sign-in", () => {
    const beats = AUTH_ROUTES.flatMap(({ path, beat }) => (beat ? [[path, beat]] : []));
    expect(Object.fromEntries(beats)).toEqual({
      "/sign-up/email": "always",
      "/sign-in/email": "refused",
    });
    const behind = AUTH_ROUTES.filter((route) => route.behind).map(({ path }) => path);
    expect(behind).toEqual(["/send-verification-email", "/request-password-reset"]);
  });

  it.each([
    ["always", 200, true],
    ["always", 401, true],
    ["refused", 401, true],
    ["refused", 200, false],
    [undefined, 401, false],
  ] as const)("of %s delays a %i: %s", async (beat, status, isLate) => {
    const began = performance.now();
    await onBeat(beat ? { beat } : {}, createHashing().timed, async () => new Response(null, { status }));
    const took = performance.now() - began;
    // Timers may come a little early.
    expect(took >= 240).toBe(isLate);
  });

  it("begins when the password is hashed, however long that had to wait", async () => {
    const { hash, timed } = createHashing();
    const began = performance.now();
    let hashed = 0;
    await onBeat({ beat: "always" }, timed, async () => {
      await sleep(50);
      await hash(PASSWORD);
      hashed = performance.now();
      return new Response();
    });
    expect(hashed - began).toBeGreaterThan(50);
    expect(performance.now() - hashed).toBeGreaterThan(240);
  });

  it("says of an unconfirmed address what it says of a wrong password, and keeps other refusals", () => {
    const unconfirmed = { code: "EMAIL_NOT_VERIFIED", message: "Email not verified", httpStatus: 403 };
    expect(asTold(unconfirmed, null)).toMatchObject({ code: "INVALID_EMAIL_OR_PASSWORD", httpStatus: 401 });
    const banned = { code: "BANNED_USER", message: "x", httpStatus: 403 };
    expect(asTold(banned, null)).toBe(banned);
  });
});
