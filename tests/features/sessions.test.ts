import postgres from "postgres";
import { v4, v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { cookieOf, PASSWORD, sendAuth, signUp } from "@/tests/support/browser";
import { type House, openHouse, openHouseOn } from "@/tests/support/house";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";

/** Two processes on one database: what one ends, the other refuses. */
let one: House;
let two: House;
beforeAll(async () => {
  one = await openHouse();
  two = await openHouseOn(one.database, { authSecrets: one.runtime.env.authSecrets });
}, 60_000);
afterAll(async () => {
  await two.close();
  await one.close();
});

interface Item {
  id: string;
  device: string;
  addressPrefix: string | null;
  current: boolean;
}

let people = 0;
/** Somebody with a password, signed in on two devices. */
async function onTwoDevices() {
  const email = `devices-${++people}@example.com`;
  await signUp(one, email);
  const enter = (userAgent: string, address: string) =>
    sendAuth(one, "POST", "/sign-in/email", {
      body: { email, password: PASSWORD },
      headers: { "user-agent": userAgent, [CLIENT_ADDRESS_HEADER]: address },
    });
  const laptop = cookieOf(await enter(FIREFOX, "203.0.113.77"));
  const phone = cookieOf(await enter(IPHONE, "2001:db8:12:34::56"));
  const [row] = await one.admin<{ id: string }[]>`select id from "user" where email = ${email}`;
  return { email, laptop, phone, userId: row?.id ?? "" };
}

const ask = (cookie: string, path: string, input?: unknown, house = one) =>
  house.call(null, path, input, { cookie });
const statusOf = async (cookie: string, house = one) =>
  (await ask(cookie, "me.get", undefined, house)).status;
async function itemsOf(cookie: string): Promise<Item[]> {
  const { status, body, text } = await ask(cookie, "session.list");
  expect(status, text).toBe(200);
  return (body.result as { data: { items: Item[] } }).data.items;
}
/** Until another process says so; what is committed is heard within a second. */
async function endsElsewhere(cookie: string): Promise<void> {
  await expect.poll(() => statusOf(cookie, two), { timeout: 1_000, interval: 5 }).toBe(401);
}

describe("the list of sessions", () => {
  it("tells devices, networks and which one asks, newest first, and nothing of anybody else", async () => {
    const mine = await onTwoDevices();
    const others = await onTwoDevices();
    const items = await itemsOf(mine.laptop);
    expect(items.map(({ device, addressPrefix, current }) => [device, addressPrefix, current])).toEqual([
      ["Safari on iPhone", "2001:db8:12::/48", false],
      ["Firefox on Linux", "203.0.113.0/24", true],
    ]);
    expect((await itemsOf(mine.phone)).map(({ current }) => current)).toEqual([true, false]);
    const ids = (await itemsOf(others.laptop)).map(({ id }) => id);
    expect(items.filter(({ id }) => ids.includes(id))).toEqual([]);
  });

  it("holds no token, no address and no word of the user agent", async () => {
    const { laptop, userId } = await onTwoDevices();
    const rows = await one.admin<{ token: string }[]>`select token from session where user_id = ${userId}`;
    expect(rows).toHaveLength(2);
    const { text } = await ask(laptop, "session.list");
    for (const secret of [...rows.map(({ token }) => token), "203.0.113.77", "12:34", "Gecko"])
      expect(text).not.toContain(secret);
  });

  it("leaves out what has ended, and goes on after a page", async () => {
    const { laptop, userId } = await onTwoDevices();
    await one.admin`insert into session (id, token, user_id, expires_at)
      values (${v7()}, ${v4()}, ${userId}, now() - interval '1 second')`;
    expect(await itemsOf(laptop)).toHaveLength(2);
    const first = await ask(laptop, "session.list", { limit: 1 });
    const { nextCursor } = (first.body.result as { data: { nextCursor: string } }).data;
    const rest = await ask(laptop, "session.list", { limit: 1, cursor: nextCursor });
    expect(rest.text).toContain("Firefox on Linux");
    expect(rest.text).toContain('"nextCursor":null');
  });
});

describe("a session", () => {
  it("that is revoked is refused here at once, and by another process within the second", async () => {
    const { laptop, phone, userId } = await onTwoDevices();
    expect([await statusOf(phone), await statusOf(phone, two)]).toEqual([200, 200]);
    const other = (await itemsOf(laptop)).find(({ current }) => !current);
    const answer = await ask(laptop, "session.revoke", { id: other?.id });
    expect(answer.text).toBe(JSON.stringify({ result: { data: { id: other?.id } } }));
    expect(await statusOf(phone)).toBe(401);
    await endsElsewhere(phone);
    expect([await statusOf(laptop), await statusOf(laptop, two)]).toEqual([200, 200]);
    const trail = await one.admin<{ action: string }[]>`
      select action from audit_event where actor_id = ${userId} and resource_id = ${other?.id ?? ""} order by xid, id`;
    // Both rows of the end are of one transaction, and often of one millisecond.
    expect(trail.map(({ action }) => action).sort()).toEqual([
      "authn_login_success",
      "session.revoke",
      "session_terminated",
    ]);
  });

  it("of somebody else, an unknown and an ended one are refused alike, and nothing ends", async () => {
    const mine = await onTwoDevices();
    const others = await onTwoDevices();
    const [theirs] = await itemsOf(others.laptop);
    const [gone] = await itemsOf(mine.laptop);
    expect((await ask(mine.laptop, "session.revoke", { id: gone?.id })).status).toBe(200);
    const answers = await Promise.all(
      [theirs?.id, v4(), gone?.id].map((id) => ask(mine.laptop, "session.revoke", { id })),
    );
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect([await statusOf(others.laptop), await statusOf(others.phone)]).toEqual([200, 200]);
  });

  it("that revokes all others is the only one left", async () => {
    const { laptop, phone } = await onTwoDevices();
    const stranger = await onTwoDevices();
    expect(await statusOf(phone, two)).toBe(200);
    const answer = await ask(laptop, "session.revokeOthers");
    expect(answer.text).toBe('{"result":{"data":{"revoked":1}}}');
    expect([await statusOf(laptop), await statusOf(phone)]).toEqual([200, 401]);
    await endsElsewhere(phone);
    expect([await statusOf(stranger.laptop), await statusOf(stranger.phone)]).toEqual([200, 200]);
    expect((await ask(laptop, "session.revokeOthers")).text).toBe('{"result":{"data":{"revoked":0}}}');
  });
});

describe("every other session ends, in every process,", () => {
  const change = (cookie: string, extra: object = {}) =>
    sendAuth(one, "POST", "/change-password", {
      body: { currentPassword: PASSWORD, newPassword: "another zebra staple 48", ...extra },
      headers: { cookie },
    });

  it("when the password is changed, without being asked for; and nobody can ask for less", async () => {
    const { laptop, phone, email } = await onTwoDevices();
    expect([await statusOf(laptop, two), await statusOf(phone, two)]).toEqual([200, 200]);
    expect((await change(laptop, { revokeOtherSessions: false })).status).toBe(400);
    expect(await statusOf(phone)).toBe(200);
    const changed = await change(laptop);
    expect(changed.status, changed.text).toBe(200);
    expect([await statusOf(phone), await statusOf(laptop)]).toEqual([401, 401]);
    await endsElsewhere(phone);
    expect(await statusOf(cookieOf(changed))).toBe(200);
    const [row] =
      await one.admin`select count(*)::int as n from session s join "user" u on u.id = s.user_id where email = ${email}`;
    expect(row?.n).toBe(1);
  });

  it("when the password is changed by whatever way, in the same transaction", async () => {
    const { phone, userId } = await onTwoDevices();
    const auth = postgres(one.database.authUrl, { max: 1 });
    await auth`update account set password = 'x' where user_id = ${userId}`;
    await auth.end({ timeout: 5 });
    expect(await one.admin`select 1 from session where user_id = ${userId}`).toHaveLength(0);
    await endsElsewhere(phone);
  });

  it("when the person is banned, and stays ended when the ban does", async () => {
    const { laptop, phone, userId } = await onTwoDevices();
    expect(await statusOf(phone, two)).toBe(200);
    await one.admin`update "user" set banned = true where id = ${userId}`;
    await endsElsewhere(phone);
    await one.admin`update "user" set banned = false where id = ${userId}`;
    expect([await statusOf(laptop), await statusOf(phone), await statusOf(phone, two)]).toEqual([
      401, 401, 401,
    ]);
  });

  it("and one that comes into being in spite of a ban is refused; a ban that is over ends none", async () => {
    const person = await one.person();
    await one.admin`update "user" set banned = true, ban_expires = now() - interval '1 minute' where id = ${person.userId}`;
    expect(await statusOf(person.cookie)).toBe(200);
    await one.admin.begin((tx) =>
      tx.unsafe(
        `set local session_replication_role = replica; update "user" set ban_expires = null where id = '${person.userId}';
         select pg_notify('access_change', '${person.userId}')`,
      ),
    );
    expect(await one.admin`select 1 from session where user_id = ${person.userId}`).toHaveLength(1);
    expect(await statusOf(person.cookie)).toBe(401);
  });

  it("when the account is deleted", async () => {
    const { phone, userId } = await onTwoDevices();
    expect(await statusOf(phone, two)).toBe(200);
    await one.admin`delete from "user" where id = ${userId}`;
    expect(await statusOf(phone)).toBe(401);
    await endsElsewhere(phone);
  });
});

describe("the role of the procedures", () => {
  const as = async (userId: string, statement: string) => {
    const login = postgres(one.database.appUrl, { max: 1, onnotice: () => {} });
    const work = login.begin(async (tx) => {
      await tx`select set_config('role', 'holdfast_identity', true), set_config('app.user_id', ${userId}, true),
        set_config('app.reach', 'any', true)`;
      return [...(await tx.unsafe(statement))];
    });
    const outcome = await work.catch(({ code }: { code: string }) => code);
    await login.end({ timeout: 5 });
    return outcome;
  };

  it("reads no token, makes and moves no session, and reaches own ones only", async () => {
    const mine = await one.person();
    const other = await one.person();
    for (const statement of [
      "select token from session",
      "select * from session",
      "delete from session returning token",
      "update session set expires_at = now() + interval '1 year'",
      `insert into session (id, token, user_id, expires_at) values ('${v7()}', 'x', '${mine.userId}', now())`,
    ])
      expect([statement, await as(mine.userId, statement)]).toEqual([statement, "42501"]);
    expect(await as(mine.userId, "select user_id from session")).toEqual([{ user_id: mine.userId }]);
    expect(await as(mine.userId, "delete from session returning user_id")).toEqual([
      { user_id: mine.userId },
    ]);
    expect(await statusOf(other.cookie)).toBe(200);
  });
});
