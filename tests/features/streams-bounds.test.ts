import { setTimeout as sleep } from "node:timers/promises";
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "@/tests/support/hold";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { openStream } from "@/tests/support/stream";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const idOf = (person: Person) => person.in().task.create({ title: "A task" });

describe("a stream is refused before it begins, as any call is", () => {
  it.each([
    ["nobody", null, {}, 401, "UNAUTHORIZED"],
    ["a workspace of others", "own", { workspaceId: v7() }, 403, "FORBIDDEN"],
    ["a workspace that is no id", "own", { workspaceId: "none" }, 400, "BAD_REQUEST"],
    ["a cursor of another form", "own", { lastEventId: "1" }, 400, "BAD_REQUEST"],
  ])("%s", async (_, who, opening, status, code) => {
    const stream = await openStream(house, who ? await house.person() : null, opening);
    expect([stream.status, stream.body.error?.data.code]).toEqual([status, code]);
    expect(stream.headers.get("content-type")).toMatch(/^application\/json/);
    expect(stream.body.error?.data.requestId).not.toBe("");
  });

  it("the sixth of a person, until one of the five ends", async () => {
    const person = await house.person();
    const five = await Promise.all(Array.from({ length: 5 }, () => openStream(house, person)));
    expect(five.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const sixth = await openStream(house, person);
    expect(sixth.status).toBe(429);
    expect(sixth.body.error?.data).toMatchObject({ code: "TOO_MANY_REQUESTS", reason: "TOO_MANY_STREAMS" });
    const other = await openStream(house, await house.person());
    expect(other.status).toBe(200);
    five[0]?.close();
    await eventually(async () => {
      const again = await openStream(house, person);
      again.close();
      return again.status === 200;
    });
    for (const stream of [...five, other]) stream.close();
  });

  it("refused input gives its place back", async () => {
    const person = await house.person();
    for (let turn = 0; turn < 6; turn++) await openStream(house, person, { lastEventId: "1" });
    const stream = await openStream(house, person);
    expect(stream.status).toBe(200);
    stream.close();
  });
});

describe("a stream ends", () => {
  const code = (httpStatus: number) => ({ event: "serialized-error", data: { data: { httpStatus } } });
  it.each([
    [
      "the session is over",
      401,
      (person: Person) => house.admin`delete from session where user_id = ${person.userId}`,
    ],
    [
      "the person is banned",
      401,
      (person: Person) => house.admin`update "user" set banned = true where id = ${person.userId}`,
    ],
    [
      "the member is removed",
      403,
      (person: Person) => house.admin`delete from member where user_id = ${person.userId}`,
    ],
  ])("when %s, and tells nothing from then on", async (_, status, end) => {
    const owner = await house.person();
    const { id: workspaceId } = await owner.in().workspace.create({ name: "A team" });
    const person = await house.person();
    await house.join(person, workspaceId, "viewer");
    const stream = await openStream(house, person, { workspaceId });
    await stream.change();
    await end(person);
    await owner.in(workspaceId).task.create({ title: "Not for them" });
    const start = performance.now();
    await stream.ended;
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(stream.events.at(-1)).toMatchObject(code(status));
    expect(stream.events.filter(({ event }) => event === "message")).toHaveLength(1);
  });

  it("when the session is over though nothing happens, at the next look", async () => {
    const person = await house.person();
    const stream = await openStream(house, person);
    await stream.change();
    await house.admin`delete from session where user_id = ${person.userId}`;
    const start = performance.now();
    await stream.ended;
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(stream.events.at(-1)).toMatchObject(code(401));
  });

  it("after its longest time, without a word, so that the client comes again", async () => {
    const brief = await openHouse({ streamLongest: 1_000 });
    const person = await brief.person();
    const start = performance.now();
    const stream = await openStream(brief, person);
    await stream.ended;
    const took = performance.now() - start;
    expect(took).toBeGreaterThan(900);
    expect(took).toBeLessThan(2_000);
    expect(stream.events.map(({ event }) => event)).toEqual(["connected", "message"]);
    await brief.close();
  });
});

it("five idle streams hold no transaction, and share one listener", async () => {
  const quiet = await openHouse();
  const person = await quiet.person();
  const streams = await Promise.all(Array.from({ length: 5 }, () => openStream(quiet, person)));
  await Promise.all(streams.map((stream) => stream.change()));
  for (let look = 0; look < 20; look++) {
    const [now] = await quiet.admin`
      select count(*) filter (where state like 'idle in transaction%' and state_change < now() - interval '50 ms')::int as held,
        count(*) filter (where application_name = 'holdfast listener')::int as listeners
      from pg_stat_activity where datname = current_database()`;
    expect(now).toEqual({ held: 0, listeners: 1 });
    await sleep(150);
  }
  for (const stream of streams) stream.close();
  await quiet.close();
});

it("a listener that was cut off makes changes later, and loses none", async () => {
  const person = await house.person();
  const stream = await openStream(house, person);
  await stream.change();
  const listeners = () => house.admin<{ pid: number }[]>`
    select pid from pg_stat_activity where datname = current_database() and application_name = 'holdfast listener'`;
  await eventually(async () => (await listeners()).length === 1);
  const [before] = await listeners();
  await house.admin`select pg_terminate_backend(${before?.pid ?? 0})`;
  const { id } = await idOf(person);
  const start = performance.now();
  expect((await stream.change()).data).toMatchObject({ id });
  expect(performance.now() - start).toBeLessThan(3_000);
  // And listens again by itself.
  await eventually(async () => (await listeners()).some(({ pid }) => pid !== before?.pid));
  stream.close();
});

it("changes are swept after an hour, and only then", async () => {
  const person = await house.person();
  await idOf(person);
  await idOf(person);
  const mine = house.admin`workspace_id = ${person.workspaceId}`;
  await house.admin`update task_change set at = now() - interval '61 minutes'
    where ${mine} and id = (select min(id::text)::uuid from task_change where ${mine})`;
  await house.runtime.close();
  const [left] = await house.admin`select count(*)::int as count from task_change where ${mine}`;
  expect(left?.count).toBe(1);
  house = await openHouse();
});
