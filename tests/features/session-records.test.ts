import { v7 } from "uuid";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Principal } from "@/server/identity/identity";
import type { AccessRecord, Handle } from "@/server/identity/records/record";
import { createRecords } from "@/server/identity/records/records";

/** Records over a database that a test writes itself: what stands under a cookie's token, and how often it was read. */
function records({ most }: { most?: number } = {}) {
  const rows = new Map<string, AccessRecord>();
  const world = { rows, loads: 0, isHeard: true, meanwhile: async () => {} };
  const kept = createRecords({
    load: async (handle) => {
      world.loads++;
      const row = rows.get(handle.by === "cookie" ? handle.token : "");
      await world.meanwhile();
      return row;
    },
    isHeard: () => world.isHeard,
    caughtUp: async () => world.isHeard,
    ...(most !== undefined && { most }),
  });
  const add = (token: string, change: Partial<Principal> = {}, expiresAt = Date.now() + 3_600_000) => {
    const principal: Principal = {
      ...{ kind: "session", userId: v7(), sessionId: v7(), keyId: null, platformRole: "user" },
      ...{ personalWorkspaceId: v7(), memberships: new Map(), authenticatedAt: new Date() },
      ...{ secondFactor: false, provenAt: null, scopes: null, boundTo: null },
      ...{ secondFactorWorkspaces: new Set() },
      ...change,
    };
    rows.set(token, { principal, expiresAt });
    return principal;
  };
  return { ...kept, world, add };
}

const cookie = (token: string): Handle => ({ by: "cookie", token });

afterEach(() => void vi.useRealTimers());

describe("a record", () => {
  it("is read once, however many calls come at once and after", async () => {
    const { find, add, world } = records();
    const { userId } = add("a");
    const found = await Promise.all(Array.from({ length: 50 }, async () => find(cookie("a"))));
    expect(new Set(found.map((principal) => principal?.userId))).toEqual(new Set([userId]));
    for (let call = 0; call < 100; call++) await find(cookie("a"));
    expect(world.loads).toBe(1);
  });

  it("is read anew after a notice about its person, and after no other", async () => {
    const { find, add, drop, world } = records();
    const { userId } = add("a");
    await find(cookie("a"));
    drop(v7());
    await find(cookie("a"));
    expect(world.loads).toBe(1);
    world.rows.delete("a");
    drop(userId);
    expect(await find(cookie("a"))).toBeUndefined();
  });

  it.each(["a notice about the person", "a gap in the notices"])(
    "that was read before %s, and would be kept after it, is read again",
    async (which) => {
      const { find, add, drop, dropAll, world } = records();
      const { userId } = add("a");
      world.meanwhile = async () => {
        world.meanwhile = async () => {};
        // The row was read; now it is deleted, and the notice comes before the record is kept.
        world.rows.delete("a");
        which.startsWith("a notice") ? drop(userId) : dropAll();
      };
      expect(await find(cookie("a"))).toBeUndefined();
      expect(world.loads).toBe(2);
    },
  );

  it("under notices without end is answered, and not kept", async () => {
    const { find, add, drop, world } = records();
    const { userId } = add("a");
    world.meanwhile = async () => drop(userId);
    expect((await find(cookie("a")))?.userId).toBe(userId);
    expect(world.loads).toBe(3);
    await find(cookie("a"));
    expect(world.loads).toBe(6);
  });

  it("ends to the millisecond, though it is kept", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const { find, add, world } = records();
    add("a", {}, Date.now() + 1_000);
    vi.advanceTimersByTime(999);
    expect(await find(cookie("a"))).toBeDefined();
    vi.advanceTimersByTime(1);
    expect(await find(cookie("a"))).toBeUndefined();
    expect(world.loads).toBe(2);
  });

  it("lives for 30 s while notices are heard, for 5 s while they are not", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const { find, add, world } = records();
    add("a");
    await find(cookie("a"));
    vi.advanceTimersByTime(29_999);
    await find(cookie("a"));
    expect(world.loads).toBe(1);
    vi.advanceTimersByTime(1);
    await find(cookie("a"));
    expect(world.loads).toBe(2);
    world.isHeard = false;
    vi.advanceTimersByTime(4_999);
    await find(cookie("a"));
    expect(world.loads).toBe(2);
    vi.advanceTimersByTime(1);
    await find(cookie("a"));
    expect(world.loads).toBe(3);
  });

  it("makes room for another: there are never more than are allowed", async () => {
    const { find, add, world } = records({ most: 10 });
    for (let n = 0; n < 100; n++) {
      add(`token ${n}`);
      await find(cookie(`token ${n}`));
    }
    world.loads = 0;
    for (let n = 90; n < 100; n++) await find(cookie(`token ${n}`));
    expect(world.loads).toBe(0);
    await find(cookie("token 89"));
    expect(world.loads).toBe(1);
  });
});

it("nobody is remembered: a session that begins after a refusal is found", async () => {
  const { find, add } = records();
  expect(await find(cookie("a"))).toBeUndefined();
  add("a");
  expect(await find(cookie("a"))).toBeDefined();
});

it("when nobody can tell what was heard, settling drops all there is", async () => {
  const { find, add, settle, world } = records();
  add("a");
  await find(cookie("a"));
  await settle();
  await find(cookie("a"));
  expect(world.loads).toBe(1);
  world.isHeard = false;
  await settle();
  await find(cookie("a"));
  expect(world.loads).toBe(2);
});

it("rings for the person whose record is dropped, until that is ended", () => {
  const { onDrop, drop, dropAll } = records();
  const userId = v7();
  let rung = 0;
  const end = onDrop(userId, () => rung++);
  drop(v7());
  drop(userId);
  dropAll();
  expect(rung).toBe(2);
  end();
  drop(userId);
  expect(rung).toBe(2);
});
