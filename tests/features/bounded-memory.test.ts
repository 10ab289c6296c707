import { BlockList } from "node:net";
import { describe, expect, it, vi } from "vitest";
import type { Sql } from "@/db/client";
import { trustedProxies } from "@/server/http/client-address";
import type { Principal } from "@/server/identity/identity";
import { createKeyUsage } from "@/server/identity/keys/usage";
import { createActivity } from "@/server/identity/records/activity";
import { createRecords } from "@/server/identity/records/records";
import { createVerifier } from "@/server/identity/tokens/verify";
import { createDigest } from "@/server/platform/digest";
import { Counters } from "@/server/platform/limits/counters";
import { isCollected } from "@/tests/support/collected";
import { openDoor } from "@/tests/support/gate";
import { openHouse } from "@/tests/support/house";
import { goodClaims, makeKey, PARTIES, signed } from "@/tests/support/tokens";

/** What a process keeps does not grow with who comes by. The list of all there is: docs/memory.md. */
describe("counters of budgets", () => {
  it("drop what has ended long before they are full", () => {
    let now = 0;
    const counters = new Counters(100_000, () => now);
    for (; now < 100_000; now += 1_000)
      for (let index = 0; index < 500; index++) counters.spend(`${now}.${index}`, 9, 1_000);
    // Each lives for two seconds: 1,000 at once, and as many again that nobody looked for yet.
    expect(counters.size).toBeLessThanOrEqual(3_000);
  });

  it("keep what counts still", () => {
    const counters = new Counters(100_000, () => 1);
    counters.spend("kept", 9, 1_000);
    for (let index = 0; index < 5_000; index++) counters.spend(`other ${index}`, 9, 1_000);
    expect(counters.spend("kept", 9, 1_000).remaining).toBe(7);
  });
});

describe("uses of keys", () => {
  it("stay within their bound while the database is away", async () => {
    const batches: string[] = [];
    let answer: () => Promise<unknown> = () => Promise.reject(new Error("away"));
    const tx = async (_: TemplateStringsArray, batch: string) => {
      batches.push(batch);
      return [];
    };
    const begin = async (work: (tx: unknown) => Promise<unknown>) => {
      await answer();
      return work(tx);
    };
    const usage = createKeyUsage({ sql: { begin } as unknown as Sql, onNewNetwork: () => {} });
    const note = (round: number) => {
      for (let index = 0; index < 9_000; index++) usage.noteUsed(`${round}.${index}`, null);
    };
    for (let round = 0; round < 4; round++) {
      note(round);
      const flushed = usage.flush(true);
      note(round + 10);
      await expect(flushed).rejects.toThrow("away");
    }
    answer = async () => {};
    await usage.flush(true);
    expect(JSON.parse(batches[0] ?? "")).toHaveLength(10_000);
  });
});

describe("sessions that were seen", () => {
  it("are noted up to a bound", async () => {
    let written = 0;
    const sql = Object.assign(async () => [], {
      json: (rows: unknown[]) => {
        written += rows.length;
      },
    });
    const activity = createActivity(sql as unknown as Sql);
    for (let index = 0; index < 60_000; index++) activity.note(`session ${index}`);
    await activity.flush();
    expect(written).toBe(50_000);
  });
});

describe("who holds which rights", () => {
  it("is forgotten when it is too old to be used, and somebody else is remembered", async () => {
    const elapsed = vi.spyOn(performance, "now").mockReturnValue(1_000);
    const records = createRecords({
      load: async ({ by }) => ({
        principal: { userId: by } as Principal,
        expiresAt: Number.POSITIVE_INFINITY,
      }),
      isHeard: () => true,
      caughtUp: async () => true,
    });
    const found = async (token: string) =>
      new WeakRef((await records.find({ by: "cookie", token })) as Principal);
    const first = await found("first");
    elapsed.mockReturnValue(30_999);
    await found("second");
    expect(await isCollected(first)).toBe(false);
    elapsed.mockReturnValue(31_000);
    await found("third");
    expect(await isCollected(first)).toBe(true);
    elapsed.mockRestore();
  });
});

describe("verified tokens", () => {
  it("are forgotten when they have expired, and another is verified", async () => {
    let now = 1_800_000_000_000;
    const ours = await makeKey("ours");
    const ring = { known: () => ours.verify, find: async () => ours.verify };
    const verify = createVerifier({ ring, ...PARTIES, now: () => now });
    const verified = async () => {
      const one = await verify(await signed(ours, goodClaims(now / 1000)));
      return new WeakRef("claims" in one ? one.claims : raise());
    };
    const first = await verified();
    now += 304_000;
    await verified();
    expect(await isCollected(first)).toBe(false);
    now += 1_000;
    await verified();
    expect(await isCollected(first)).toBe(true);
  });
});

function raise(): never {
  throw new Error("not verified");
}

describe("digests of addresses", () => {
  it("are remembered under the secret of now alone", () => {
    let secret = "one";
    const digest = createDigest(() => secret);
    const [one, again] = [digest("address", "192.0.2.1"), digest("address", "192.0.2.1")];
    secret = "two";
    const two = digest("address", "192.0.2.1");
    secret = "one";
    expect([again, digest("address", "192.0.2.1")]).toEqual([one, one]);
    expect(two).not.toBe(one);
    expect(two).toBe(createDigest(() => "two")("address", "192.0.2.1"));
  });
});

describe("a request that is over", () => {
  it("leaves nothing at what ends those under way", async () => {
    const house = await openHouse();
    const door = await openDoor(house);
    // A signal that follows one of the process's leaves a reference there for as long as that lives (Node 20).
    const any = vi.spyOn(AbortSignal, "any");
    const answer = await fetch(`http://127.0.0.1:${door.port}/api/health`);
    expect(answer.status).toBe(200);
    expect(any).not.toHaveBeenCalled();
    any.mockRestore();
    await door.close();
    await house.close();
  });
});

describe("addresses that are proxies or not", () => {
  it("are remembered up to a bound", () => {
    const check = vi.spyOn(BlockList.prototype, "check");
    const isProxy = trustedProxies(["10.0.0.0/8"]);
    const address = (index: number) => `10.1.${index >> 8}.${index & 255}`;
    for (let index = 0; index < 3_000; index++) expect(isProxy(address(index))).toBe(true);
    check.mockClear();
    for (const index of [0, 999, 1_000, 2_999]) isProxy(address(index));
    expect(check.mock.calls.map(([asked]) => asked)).toEqual([address(1_000), address(2_999)]);
    check.mockRestore();
  });
});
