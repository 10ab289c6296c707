import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Verdict } from "@/server/guard/limiter";
import { SpentBudgets } from "@/server/guard/spent";
import { type Door, openDoor } from "@/tests/support/gate";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { limitsOf } from "@/tests/support/limits";
import { appended, refusals } from "@/tests/support/refusals";

let house: House;
let door: Door;
beforeAll(async () => {
  house = await openHouse({ limits: limitsOf("read=3") });
  door = await openDoor(house);
});
// On a busy machine the moment may be over before the next request comes: it stands still.
beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
afterAll(async () => {
  await door.close();
  await house.close();
});

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

async function get(person: Person, path: string, init: Sent = {}): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${door.port}${path}`, {
    ...init,
    headers: { cookie: person.cookie, ...init.headers },
  });
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: await response.text() };
}

/** Somebody who was told at this path that their budget is spent. */
async function spent(path: string): Promise<{ person: Person; told: Answer }> {
  const person = await house.person();
  for (let time = 0; time < 3; time++) expect((await get(person, path)).status).toBe(200);
  const told = await get(person, path);
  expect(told.status).toBe(429);
  return { person, told };
}

/** Without what every answer has of its own, and without `vary`, which says nothing of what nobody keeps. */
function common({ status, headers: { "x-request-id": id = "", date, vary, ...headers }, body }: Answer) {
  return { status, headers, body: body.replaceAll(id, "ID") };
}

describe("whoever was over a budget a moment ago", () => {
  it.each(["/api/trpc/me.get", "/api/v1/me"])(
    "is told the same at %s, before the guard looks",
    async (path) => {
      const { person, told } = await spent(path);
      const identify = vi.spyOn(house.runtime, "identify");
      const again = await get(person, path);
      expect(common(again)).toEqual(common(told));
      expect(Number(again.headers["retry-after"])).toBeGreaterThan(0);
      expect(identify).not.toHaveBeenCalled();
    },
  );

  it("leaves the same evidence", async () => {
    const { person } = await spent("/api/trpc/me.get");
    await get(person, "/api/trpc/me.get");
    await appended(house);
    const rows = await refusals(house, house.admin`actor_id = ${person.userId}`);
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(2);
    for (const row of rows)
      expect(row).toMatchObject({
        ...{ action: "excess_rate_limit_exceeded", outcome: "denied", reason: "TOO_MANY_REQUESTS" },
        ...{ target: "me.get", actor_kind: "user", address_prefix: "127.0.0.0/24" },
      });
  });

  it("goes on with another budget, and others go on with theirs", async () => {
    const { person } = await spent("/api/trpc/me.get");
    const other = await house.person();
    const body = JSON.stringify({ name: "One" });
    const headers = { "content-type": "application/json" };
    const written = await get(person, "/api/trpc/project.create", { method: "POST", headers, body });
    expect(written.status).toBe(200);
    expect((await get(other, "/api/trpc/me.get")).status).toBe(200);
  });

  it("gets an answer of the guard to a batch, and to what is no call", async () => {
    const { person } = await spent("/api/v1/me");
    const batch = await get(person, "/api/trpc/me.get,me.get?batch=1&input=%7B%7D");
    expect(JSON.parse(batch.body)).toHaveLength(2);
    expect((await get(person, "/api/trpc/constructor")).status).toBe(404);
    expect((await get(person, "/api/v1/nothing")).status).toBe(404);
  });

  it("can not stumble over a path that can not be read", async () => {
    const { person } = await spent("/api/v1/me");
    expect((await get(person, "/api/v1/tasks/%ff")).status).toBe(429);
  });

  it("is refused as another site's page first", async () => {
    const { person } = await spent("/api/trpc/me.get");
    const headers = { origin: "https://evil.example" };
    expect((await get(person, "/api/trpc/me.get", { headers })).status).toBe(403);
  });
});

describe("a budget that was found spent", () => {
  const verdict: Verdict = {
    ...{ name: "read", size: 600, windowMs: 60_000, remaining: 0, resetMs: 30_000, outcome: "over" },
  };
  const caller = { kind: "session", userId: "a" } as const;

  it("is asked about again when one request may have come back, and never later than after a second", () => {
    const budgets = new SpentBudgets();
    budgets.note("quick", { verdict, caller });
    budgets.note("slow", { verdict: { ...verdict, size: 10 }, caller });
    vi.advanceTimersByTime(99);
    expect(budgets.find("quick", "read")?.verdict.resetMs).toBe(29_901);
    expect(budgets.find("quick", "write")).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(budgets.find("quick", "read")).toBeUndefined();
    expect(budgets.find("slow", "read")).toBeDefined();
    vi.advanceTimersByTime(900);
    expect(budgets.find("slow", "read")).toBeUndefined();
    expect(budgets.isIdle()).toBe(true);
  });
});
