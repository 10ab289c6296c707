import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { budgetsOf } from "@/server/guard/limits";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { firstVersion } from "@/server/platform/secrets/versions";
import { sendAuth } from "@/tests/support/browser";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { startProxy } from "@/tests/support/proxy";
import { hasRedis, type RedisServer, type RestServer, startRedis, startRest } from "@/tests/support/redis";

const LIMITS = budgetsOf("read=40/24h,write=40/24h,auth=20/24h,sensitive=10/24h", false).budgets;
const SECRET = "k3Qz8vRt1LmXw5Yb7NcJd2Hf9GsPa4Ue";
/** What a person may wait for being counted, in milliseconds, on a machine that is busy with tests. */
const LONGEST_WAIT = 300 + 400;

const isRedisThere = hasRedis();
let redis: RedisServer;
let rest: RestServer;
let house: House;
let person: Person;
let addresses = 0;
const opened: House[] = [];

beforeAll(async () => {
  if (isRedisThere) house = await openOn(await startStores());
});
afterAll(async () => {
  for (const one of opened) await one.close();
  await rest?.close();
  await redis?.kill();
});
beforeEach(async () => {
  if (isRedisThere) person = await house.person();
});
afterEach(async () => {
  delete rest?.lie;
  redis?.resume();
});

async function startStores() {
  redis = await startRedis();
  rest = await startRest(redis);
  return { kind: "redis" as const, url: redis.url };
}

async function openOn(limitStore: House["runtime"]["env"]["limitStore"]): Promise<House> {
  const one = await openHouse({ limits: LIMITS, limitStore, authSecrets: firstVersion(SECRET) });
  opened.push(one);
  await back(one);
  return one;
}

/** Waits until the store counts again: the budget that it sees is then whole but for one. */
async function back(one: House): Promise<void> {
  const by = ["probe"];
  for (let attempt = 0; attempt < 100; attempt++) {
    await one.runtime.limiter.spend([{ name: "service", by }]);
    if (attempt > 0 && !isDown(one)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the store did not come back");
}

let probes = 0;
/** Whether what one has spent is missing at the other. */
async function countTogether(one: House, other: House): Promise<boolean> {
  const cost = { name: "read" as const, by: ["probe", String(++probes)] };
  const [before, after] = [
    await one.runtime.limiter.spend([cost]),
    await other.runtime.limiter.spend([cost]),
  ];
  return after.remaining === before.remaining - 1;
}

const eventsOf = (one: House) =>
  readFileSync(join(one.runtime.env.dataDir, "holdfast.log"), { encoding: "utf8", flag: "a+" })
    .split("\n")
    .flatMap((line) => (line.includes('"limit_store_') ? [JSON.parse(line).event as string] : []));
const isDown = (one: House) => eventsOf(one).at(-1) === "limit_store_down";

async function timed<Answer extends { status: number }>(once: () => Promise<Answer>) {
  const begin = performance.now();
  const answer = await once();
  return { ...answer, ms: performance.now() - begin };
}

async function guesses(one: House, times: number) {
  const headers = { [CLIENT_ADDRESS_HEADER]: `192.0.2.${++addresses}` };
  const answers = [];
  for (let time = 0; time < times; time++) {
    const body = { email: `a-${addresses}@example.com`, password: "a guess of mine" };
    answers.push(await timed(() => sendAuth(one, "POST", "/sign-in/email", { body, headers })));
  }
  return answers;
}
const made = (answers: { status: number }[]) => answers.filter(({ status }) => status === 401).length;
const rest503 = (answers: { status: number; headers: Headers }[]) =>
  answers.filter(({ status, headers }) => status === 503 && headers.get("retry-after") !== null).length;

async function expectBounded(one: House, caller: Person): Promise<void> {
  const tried = await guesses(one, 10);
  expect([made(tried), rest503(tried)]).toEqual([2, 8]);
  const reads = [];
  for (let time = 0; time < 45; time++) reads.push(await timed(() => one.call(caller, "me.get")));
  expect(reads.map(({ status }) => status)).toEqual([...Array(40).fill(200), ...Array(5).fill(503)]);
  // Not every request waits for the store to be late once more.
  expect(reads.reduce((sum, { ms }) => sum + ms, 0)).toBeLessThan(reads.length * 150);
  const write = await one.call(caller, "project.create", { name: "One" });
  expect(write.status).toBe(200);
  for (const { ms } of [...reads, ...tried.filter(({ status }) => status === 503)])
    expect(ms).toBeLessThan(LONGEST_WAIT);
}

describe.runIf(isRedisThere)(
  "while the store is away, no guess is beyond its budget and reads go on:",
  () => {
    it("killed", async () => {
      await redis.kill();
      await expectBounded(house, person);
      redis = await startRedis(redis.port);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await back(house);
    });

    it("paused", async () => {
      redis.pause();
      await expectBounded(house, person);
      redis.resume();
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await back(house);
    });

    it("five seconds late", async () => {
      const proxy = await startProxy(redis.url);
      const far = await openOn({ kind: "redis", url: proxy.through(redis.url) });
      proxy.delay(5000);
      await expectBounded(far, await far.person());
      proxy.delay(0);
      await back(far);
      await proxy.down();
    });

    it("killed, paused and back, it counts together again what each counted alone", async () => {
      const url = { kind: "redis" as const, url: redis.url };
      const [one, other] = await Promise.all([openOn(url), openOn(url)]);
      redis.pause();
      await expectBounded(one, await one.person());
      redis.resume();
      await redis.kill();
      await expectBounded(other, await other.person());
      redis = await startRedis(redis.port);
      await vi.waitUntil(() => countTogether(one, other), { timeout: 15_000, interval: 200 });
      const spend = async (at: House) => at.runtime.limiter.spend([{ name: "write", by: ["user", "both"] }]);
      const verdicts = await Promise.all(Array.from({ length: 90 }, (_, n) => spend(n % 2 ? one : other)));
      expect(verdicts.filter(({ outcome }) => outcome === "within")).toHaveLength(40);
    });

    it.each([
      ["slow", { afterMs: 2000 }],
      ["failing", { status: 500 }],
      ["answering what can not be", { result: ["plenty"] }],
    ])("%s", async (_, lie) => {
      const upstash = await openOn({ kind: "upstash", url: rest.url, token: rest.token });
      rest.lie = lie;
      await expectBounded(upstash, await upstash.person());
    });

    it("what was spent before counts on, and an alert is raised once", async () => {
      const one = await openOn({ kind: "upstash", url: rest.url, token: rest.token });
      const before = eventsOf(one).filter((event) => event === "limit_store_down").length;
      const headers = { [CLIENT_ADDRESS_HEADER]: "203.0.113.1" };
      const body = { email: "before@example.com", password: "a guess of mine" };
      const guess = () => sendAuth(one, "POST", "/sign-in/email", { body, headers });
      for (let time = 0; time < 5; time++) expect((await guess()).status).toBe(401);
      rest.lie = { status: 500 };
      for (let time = 0; time < 5; time++) expect((await guess()).status).toBe(503);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      expect((await guess()).status).toBe(503);
      expect(eventsOf(one).filter((event) => event === "limit_store_down")).toHaveLength(before + 1);
    });

    it("a store that says there is always plenty grants no more than the budget", async () => {
      const one = await openOn({ kind: "upstash", url: rest.url, token: rest.token });
      rest.lie = { result: [19, 20] };
      const spend = async () => one.runtime.limiter.spend([{ name: "auth", by: ["address", "192.0.2.1"] }]);
      const verdicts = await Promise.all(Array.from({ length: 30 }, spend));
      expect(verdicts.filter(({ outcome }) => outcome === "within")).toHaveLength(20);
    });
  },
);

describe.runIf(isRedisThere)("two instances on one store", () => {
  it("share every budget exactly", async () => {
    const url = { kind: "redis" as const, url: redis.url };
    const [one, other] = await Promise.all([openOn(url), openOn(url)]);
    const spend = async (at: House) => at.runtime.limiter.spend([{ name: "read", by: ["user", "the same"] }]);
    const verdicts = await Promise.all(Array.from({ length: 100 }, (_, n) => spend(n % 2 ? one : other)));
    expect(verdicts.filter(({ outcome }) => outcome === "within")).toHaveLength(40);
  });
});
