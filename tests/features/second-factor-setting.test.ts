import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cookieOf, PASSWORD, sendAuth, signIn } from "@/tests/support/browser";
import { codeOf, type Enrolled, enrolled, signedUp } from "@/tests/support/factors";
import { type House, openHouse } from "@/tests/support/house";
import { expectTrail, trailOf } from "@/tests/support/trail";

let house: House;
let made = 0;
const fresh = () => enrolled(house, `setting-${made++}@example.com`);
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

describe("setting an authenticator app", () => {
  it("shows its secret once and keeps it encrypted, recovery codes as digests", async () => {
    const ada = await fresh();
    const rows = await house.admin`
      select secret from totp where user_id = ${ada.userId}
      union all select digest from recovery_code where user_id = ${ada.userId}`;
    expect(rows).toHaveLength(11);
    const kept = JSON.stringify(rows);
    for (const shown of [
      ada.secret,
      ...ada.recoveryCodes,
      ...ada.recoveryCodes.map((code) => code.replaceAll("-", "")),
    ])
      expect(kept).not.toContain(shown);
    const again = await sendAuth(house, "POST", "/two-factor/enable", { headers: { cookie: ada.cookie } });
    expect([again.status, again.body.error?.code]).toEqual([409, "ALREADY_SET"]);
  });

  it("counts from its first code on, not before", async () => {
    const ada = await signedUp(house, "unconfirmed@example.com");
    const headers = { cookie: ada.cookie };
    await sendAuth(house, "POST", "/two-factor/enable", { headers });
    expect(await house.runtime.factors.secondFactorOf(ada.userId)).toBe("none");
    const wrong = await sendAuth(house, "POST", "/two-factor/confirm", { body: { code: "000000" }, headers });
    expect(wrong.status).toBe(400);
    expect((await signIn(house, ada.email)).setCookies.join()).toContain("session_token");
  });

  it("marks the session that did it, and ends those that one factor began", async () => {
    const ada = await signedUp(house, "elsewhere@example.com");
    const elsewhere = cookieOf(await signIn(house, ada.email));
    const headers = { cookie: ada.cookie };
    const { body } = await sendAuth(house, "POST", "/two-factor/enable", { headers });
    const code = await codeOf(String(body.secret));
    await sendAuth(house, "POST", "/two-factor/confirm", { body: { code }, headers });
    expect(await house.runtime.identify(new Headers(headers))).toMatchObject({ secondFactor: true });
    await expect(house.runtime.identify(new Headers({ cookie: elsewhere }))).rejects.toThrow();
    expectTrail((await trailOf(house, ada.userId)).slice(-3), [
      ...["authn_totp_added", "session_terminated", "authn_recovery_codes_renewed"],
    ]);
  });

  it("is undone by its owner, and leaves no session with a second factor", async () => {
    const ada = await fresh();
    const headers = { cookie: ada.cookie };
    expect((await sendAuth(house, "POST", "/two-factor/disable", { headers })).status).toBe(200);
    expect(await house.runtime.identify(new Headers(headers))).toMatchObject({ secondFactor: false });
    const codes = await house.admin`select from recovery_code where user_id = ${ada.userId}`;
    expect(codes).toHaveLength(0);
    expect((await trailOf(house, ada.userId)).at(-1)?.action).toBe("authn_totp_removed");
    expect((await signIn(house, ada.email)).setCookies.join()).toContain("session_token");
  });

  it("gives ten new recovery codes in place of the old ones", async () => {
    const ada = await fresh();
    const { body } = await sendAuth(house, "POST", "/two-factor/recovery-codes", {
      headers: { cookie: ada.cookie },
    });
    const codes = body.recoveryCodes as string[];
    expect(new Set([...codes, ...ada.recoveryCodes]).size).toBe(20);
    const { verifySecondFactor } = house.runtime.factors;
    expect(await verifySecondFactor(ada.userId, ada.recoveryCodes[0] ?? "")).toBe(false);
    expect(await verifySecondFactor(ada.userId, codes[0] ?? "")).toBe(true);
    expect(await verifySecondFactor(ada.userId, codes[0] ?? "")).toBe(false);
  });

  it("keeps its second factor through a change of password that ends all sessions", async () => {
    const ada = await fresh();
    const answer = await sendAuth(house, "POST", "/change-password", {
      body: { currentPassword: PASSWORD, newPassword: "another zebra staple 48", revokeOtherSessions: true },
      headers: { cookie: ada.cookie },
    });
    expect(answer.status).toBe(200);
    const principal = await house.runtime.identify(new Headers({ cookie: cookieOf(answer) }));
    expect(principal).toMatchObject({ userId: ada.userId, secondFactor: true });
  });
});

describe("the database", () => {
  const insert = ({ userId }: Enrolled, second: Date | null) => house.admin`
    insert into session (id, token, user_id, expires_at, second_factor_at)
    values (gen_random_uuid(), gen_random_uuid()::text, ${userId}, now() + interval '1 day', ${second})`;

  it("takes no session without the second factor of whoever has one, whoever asks", async () => {
    const ada = await fresh();
    await expect(insert(ada, null)).rejects.toMatchObject({ code: "42501" });
    await expect(insert(ada, new Date())).resolves.toBeDefined();
  });

  it("lets a sign-in that began before the factor was set not survive it", async () => {
    const bob = await signedUp(house, "race@example.com");
    const { totp } = house.runtime.factors;
    const enrolment = await totp.enrol(bob.userId, bob.email);
    const [own] = await house.admin<{ id: string }[]>`select id from session where user_id = ${bob.userId}`;
    const code = await codeOf(enrolment?.secret ?? "");
    let confirmed: Promise<boolean> | undefined;
    await house.admin.begin(async (tx) => {
      await tx`insert into session (id, token, user_id, expires_at)
        values (gen_random_uuid(), 'racing', ${bob.userId}, now() + interval '1 day')`;
      confirmed = totp.confirm(bob.userId, own?.id ?? "", code);
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
    expect(await confirmed).toBe(true);
    expect(await house.admin`select from session where token = 'racing'`).toHaveLength(0);
  });

  it("forgets the factors of an erased person", async () => {
    const ada = await fresh();
    await house.admin`update "user" set ban_reason = 'erased', banned = true where id = ${ada.userId}`;
    const left = await house.admin`
      select 1 from totp where user_id = ${ada.userId} union all select 1 from recovery_code where user_id = ${ada.userId}`;
    expect(left).toHaveLength(0);
  });
});
