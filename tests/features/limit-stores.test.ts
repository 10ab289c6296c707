import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Counters } from "@/server/platform/limits/counters";
import { networkOf } from "@/server/platform/limits/network";
import { createLimitStore, type LimitStore, storeOver } from "@/server/platform/limits/store";
import { hasRedis, type RedisServer, type RestServer, startRedis, startRest } from "@/tests/support/redis";

const DAY = 86_400_000;
const isRedisThere = hasRedis();
let redis: RedisServer;
let rest: RestServer;
beforeAll(async () => {
  if (!isRedisThere) return;
  redis = await startRedis();
  rest = await startRest(redis);
});
afterAll(async () => {
  await rest?.close();
  await redis?.kill();
});

const overRedis = () => createLimitStore({ kind: "redis", url: redis.url });
const overRest = (token = rest.token) => createLimitStore({ kind: "upstash", url: rest.url, token });
/** What the limiter counts by when there is no store, and beside one. */
const overCounters = (counters = new Counters()): LimitStore => ({
  charge: async ({ name, size, windowMs }, key) => {
    const { remaining, endsAt } = counters.spend(`${name} ${key}`, size, windowMs);
    return { isWithin: remaining >= 0, remaining: Math.max(0, remaining), endsAt };
  },
  close: () => {},
});
type Store = [name: string, open: () => LimitStore];
const OWN: Store[] = [["this process", () => overCounters()]];
const SHARED: Store[] = [
  ["Redis over TCP", overRedis],
  ["Upstash's REST", () => overRest()],
];

/** A connection takes a moment; until then a charge is refused. */
async function ready(store: LimitStore): Promise<LimitStore> {
  const window = { name: "ready", size: 1_000_000, windowMs: DAY };
  for (let attempt = 0; attempt < 200; attempt++) {
    const isUp = await store.charge(window, "x").then(
      () => true,
      () => false,
    );
    if (isUp) return store;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("the store did not come up");
}

const passed = async (charges: Promise<{ isWithin: boolean }>[]) =>
  (await Promise.all(charges)).filter(({ isWithin }) => isWithin).length;
const charges = (store: LimitStore, name: string, key: string, times: number) =>
  Array.from({ length: times }, () => store.charge({ name, size: 10, windowMs: DAY }, key));

/** A process of its own; `said` resolves to what follows a word that it prints at the beginning of a line. */
function startChild(...args: string[]) {
  const script = join(import.meta.dirname, "../support/limit-child.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const said = async (word: string) => {
    const line = new RegExp(`^${word}(.*)\\n`, "m");
    await vi.waitUntil(() => line.test(output), { timeout: 15_000 });
    return line.exec(output)?.[1] ?? "";
  };
  return { process: child, said };
}

function keepsTheContract(_: string, open: () => LimitStore): void {
  let store: LimitStore;
  beforeAll(async () => {
    store = await ready(open());
  });
  afterAll(() => store.close());

  it("lets through exactly the budget of a hundred at once", async () => {
    expect(await passed(charges(store, randomUUID(), "a", 100))).toBe(10);
  });

  it("keeps names and keys apart", async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    expect(await passed(charges(store, one, "a", 12))).toBe(10);
    expect(await passed(charges(store, one, "b", 12))).toBe(10);
    expect(await passed(charges(store, other, "a", 12))).toBe(10);
  });

  it("tells what is left and when the window ends", async () => {
    const name = randomUUID();
    const window = { name, size: 3, windowMs: DAY };
    const counts = [];
    for (let time = 0; time < 4; time++) counts.push(await store.charge(window, "a"));
    expect(counts.map(({ isWithin, remaining }) => [isWithin, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
    for (const { endsAt } of counts) {
      expect(endsAt).toBeGreaterThan(Date.now());
      expect(endsAt).toBeLessThanOrEqual(Date.now() + DAY);
    }
  });

  it("gives the budget back as the window slides", async () => {
    const window = { name: randomUUID(), size: 4, windowMs: 1000 };
    const burst = () => passed(Array.from({ length: 8 }, () => store.charge(window, "a")));
    const untilNext = () => new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000) + 20));
    await untilNext();
    expect(await burst()).toBe(4);
    await untilNext();
    // Of the four before, three and a bit still count.
    expect(await burst()).toBeLessThanOrEqual(2);
    await untilNext();
    await untilNext();
    expect(await burst()).toBe(4);
  });
}

describe.each(OWN)("%s", keepsTheContract);
describe.runIf(isRedisThere).each(SHARED)("%s", keepsTheContract);

describe.runIf(isRedisThere)("a shared store", () => {
  it.each(SHARED)("two on one of %s share its budget exactly", async (_, open) => {
    const first = await ready(open());
    const second = await ready(open());
    const name = randomUUID();
    const both = [...charges(first, name, "a", 50), ...charges(second, name, "a", 50)];
    expect(await passed(both)).toBe(10);
    first.close();
    second.close();
  });

  it("is shared by processes: of a hundred calls at once on a budget of ten, ten pass", async () => {
    const caller = randomUUID();
    const children = [1, 2].map(() => startChild(redis.url, "a secret", caller, "50"));
    await Promise.all(children.map(({ said }) => said("ready")));
    for (const { process: child } of children) child.stdin.write("go\n");
    const passed = await Promise.all(children.map(({ said }) => said("passed")));
    expect(passed.reduce((sum, text) => sum + Number(text), 0)).toBe(10);
  });

  it("sends its scripts again when Redis has forgotten them", async () => {
    const store = await ready(overRedis());
    const name = randomUUID();
    expect(await passed(charges(store, name, "a", 5))).toBe(5);
    await redis.kill();
    redis = await startRedis(redis.port);
    await ready(store);
    expect(await passed(charges(store, name, "a", 12))).toBe(10);
    store.close();
  });

  it("with a wrong token is away", async () => {
    await expect(overRest("another").charge({ name: "x", size: 1, windowMs: DAY }, "a")).rejects.toThrow();
  });

  it.each([
    ["more than there is", { result: [99, 10] }],
    ["another budget", { result: [5, 1000] }],
    ["no number", { result: ["plenty", 10] }],
    ["nothing", { result: null }],
    ["half of it", { result: [5] }],
    ["an error", { status: 500 }],
    ["it too late", { afterMs: 1000 }],
  ])("that says %s is away", async (_, lie) => {
    rest.lie = lie;
    const begin = performance.now();
    await expect(overRest().charge({ name: "x", size: 10, windowMs: DAY }, "a")).rejects.toThrow();
    expect(performance.now() - begin).toBeLessThan(400);
    delete rest.lie;
  });
});

describe("a store that does not answer", () => {
  it("is away, though the library would let everybody pass", async () => {
    const never = () => new Promise<never>(() => {});
    const store = storeOver({ evalsha: never, eval: never, close: () => {} });
    await expect(store.charge({ name: "x", size: 1, windowMs: DAY }, "a")).rejects.toThrow(/in time/);
  });
});

describe("a network", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["2001:DB8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    [null, "unknown"],
  ])("of %s is %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
