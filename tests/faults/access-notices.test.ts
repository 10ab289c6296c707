import { afterAll, beforeAll, expect, it } from "vitest";
import { handleAuth } from "@/server/http/auth";
import { PASSWORD, signUp } from "@/tests/support/browser";
import { type House, openHouseOn, type Person } from "@/tests/support/house";
import { claimsIn, sendTokens } from "@/tests/support/tokens";
import { delayOf, openTwoHouses, type TwoHouses } from "@/tests/support/two-houses";

/** What a process knows of access while notices of changes are lost, late, or needless. */
let houses: TwoHouses;
let one: House;
let two: House;
let way: TwoHouses["way"];

beforeAll(async () => {
  houses = await openTwoHouses();
  ({ one, two, way } = houses);
}, 60_000);

afterAll(() => houses.close());

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const lists = (house: House, person: Person, workspaceId = person.workspaceId) =>
  house.call(person, "task.list", undefined, { "x-workspace-id": workspaceId });

it("a known caller costs no read: who may not read sessions at all goes on knowing them", async () => {
  const person = await one.person();
  expect((await lists(one, person)).status).toBe(200);
  await one.admin`revoke select on session from holdfast_auth`;
  for (let call = 0; call < 50; call++) expect((await lists(one, person)).status).toBe(200);
  // Nobody else is known: the right to read is really gone.
  const stranger = await one.person();
  expect((await lists(one, stranger)).status).toBeGreaterThanOrEqual(500);
  await one.admin`grant select on session to holdfast_auth`;
  expect((await lists(one, stranger)).status).toBe(200);
});

it("notices on a way that swallows them: found out within the second, and nothing kept for more than 5 s", async () => {
  const person = await one.person();
  expect((await lists(two, person)).status).toBe(200);
  const alerts = () => one.admin`select 1 from alert where rule = 'access_notices_lost'`;
  expect(await alerts()).toHaveLength(0);
  way.swallow(true);
  const start = performance.now();
  await one.admin`delete from session where user_id = ${person.userId}`;
  while ((await lists(two, person)).status !== 401) {
    if (performance.now() - start > 20_000) throw new Error("kept for more than 20 s");
    await sleep(20);
  }
  const forgotten = performance.now() - start;
  console.log(`cut off: refused after ${Math.round(forgotten)} ms`);
  // What was kept just before, and at most half a second until the silence is found out.
  expect(forgotten).toBeLessThan(5_600);
  while ((await alerts()).length === 0) {
    if (performance.now() - start > 20_000) throw new Error("no alert");
    await sleep(50);
  }
  way.swallow(false);
  // It hears again by itself: a revocation is seen at once.
  const later = await one.person();
  await sleep(3_500);
  expect((await lists(two, later)).status).toBe(200);
  const delay = await delayOf(
    () => one.admin`delete from session where user_id = ${later.userId}`,
    async () => (await lists(two, later)).status === 401,
  );
  expect(delay).toBeLessThan(1_000);
}, 60_000);

it("whoever is told that it is done finds it done, however late notices come", async () => {
  const person = await one.person();
  expect((await lists(two, person)).status).toBe(200);
  way.delay(200);
  // A membership that the caller got by the call itself.
  const made = await two.call(person, "workspace.create", { name: "New" });
  const id = (made.body.result?.data as { id: string } | undefined)?.id ?? "";
  expect((await lists(two, person, id)).status).toBe(200);
  // A session that the caller ended.
  const url = new URL("/api/auth/sign-out", two.runtime.env.baseUrl);
  const headers = { cookie: person.cookie, "content-type": "application/json", origin: url.origin };
  const out = await handleAuth(two.runtime, new Request(url, { method: "POST", headers, body: "{}" }));
  expect(out.status).toBe(200);
  expect((await lists(two, person)).status).toBe(401);
  way.delay(0);
});

it("a program that is told that its session is over finds it over, however late notices come", async () => {
  await signUp(two, "late@example.com");
  const tokens = async () =>
    (await sendTokens(two, "/token", { email: "late@example.com", password: PASSWORD })).body;
  const isIn = async (accessToken: string) =>
    (await two.call(null, "me.get", undefined, { authorization: `Bearer ${accessToken}` })).status === 200;
  way.delay(200);
  const ended = await tokens();
  expect(await isIn(ended.accessToken)).toBe(true);
  expect((await sendTokens(two, "/revoke", { refreshToken: ended.refreshToken })).status).toBe(200);
  expect(await isIn(ended.accessToken)).toBe(false);
  const stolen = await tokens();
  expect(await isIn(stolen.accessToken)).toBe(true);
  expect((await sendTokens(two, "/refresh", { refreshToken: stolen.refreshToken })).status).toBe(200);
  const elsewhere = { "user-agent": "another program" };
  expect((await sendTokens(two, "/refresh", { refreshToken: stolen.refreshToken }, elsewhere)).status).toBe(
    401,
  );
  expect(await isIn(stolen.accessToken)).toBe(false);
  way.delay(0);
});

it("what happened while nothing was heard is known when something is heard again", async () => {
  const person = await one.person();
  expect((await lists(two, person)).status).toBe(200);
  await way.down();
  await one.admin`update "user" set banned = true where id = ${person.userId}`;
  await way.up();
  const start = performance.now();
  while ((await lists(two, person)).status !== 401) await sleep(10);
  expect(performance.now() - start).toBeLessThan(1_000);
}, 30_000);

it("when a session was last used is written by itself; a browser's to be remembered lives on, no other does", async () => {
  const [remembered, brief] = [await one.person(), await one.person()];
  await signUp(one, "program@example.com");
  const { body } = await sendTokens(one, "/token", { email: "program@example.com", password: PASSWORD });
  const { sid } = claimsIn(body.accessToken) as { sid: string };
  await one.admin`update session set created_at = now() - interval '3 days', expires_at = now() + interval '4 days'
    where user_id = ${remembered.userId} or id = ${sid}`;
  await one.admin`update session set created_at = now() - interval '20 hours', expires_at = now() + interval '4 hours'
    where user_id = ${brief.userId}`;
  await one.admin`update session set last_seen_at = null`;
  const third = await openHouseOn(one.database, { authSecrets: one.runtime.env.authSecrets });
  for (const person of [remembered, brief]) expect((await lists(third, person)).status).toBe(200);
  const bearer = { authorization: `Bearer ${body.accessToken}` };
  expect((await third.call(null, "me.get", undefined, bearer)).status).toBe(200);
  await third.runtime.close();
  const of = async (is: { userId: string } | { sid: string }) => {
    const [row] = await one.admin<{ seen: boolean; hours: number }[]>`
      select last_seen_at > now() - interval '1 minute' as seen, round(extract(epoch from expires_at - now()) / 3600)::int as hours
      from session where ${"sid" in is ? one.admin`id = ${is.sid}` : one.admin`user_id = ${is.userId}`}`;
    return row;
  };
  expect(await of(remembered)).toEqual({ seen: true, hours: 168 });
  expect(await of(brief)).toEqual({ seen: true, hours: 4 });
  expect(await of({ sid })).toEqual({ seen: true, hours: 96 });
}, 30_000);
