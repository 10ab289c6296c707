import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTurns } from "@/server/platform/turns";
import { signIn, signUp } from "@/tests/support/browser";
import { type House, openHouse, type Person } from "@/tests/support/house";

const KNOWN = "known@example.com";
const READS = 10;
/** Hashing takes all the CPU that it may have: on a busy machine for a while. */
const PATIENCE = { timeout: 120_000 };

let house: House;
let reader: Person;
beforeAll(async () => {
  house = await openHouse({ databasePool: 4 });
  reader = await house.person();
  await signUp(house, KNOWN);
});
afterAll(() => house.close());

/** How many of the works under way are done when a reader has had so many answers, one after the other. */
async function doneWhileReading(works: Promise<unknown>[]): Promise<number> {
  let done = 0;
  for (const work of works) work.then(() => done++).catch(() => {});
  // They have come as far as their passwords.
  await sleep(30);
  for (let read = 0; read < READS; read++) expect((await house.call(reader, "me.get")).status).toBe(200);
  const then = done;
  await Promise.all(works);
  return then;
}

describe("a reader does not wait for passwords", () => {
  it("of fifty who sign in at once", PATIENCE, async () => {
    const works = Array.from({ length: 50 }, () => signIn(house, KNOWN));
    expect(await doneWhileReading(works)).toBeLessThan(25);
    for (const work of works) expect((await work).status).toBe(200);
  });

  it("of twenty who sign up at once, each of whom holds a connection meanwhile", PATIENCE, async () => {
    const works = Array.from({ length: 20 }, (_, index) => signUp(house, `new-${index}@example.com`));
    expect(await doneWhileReading(works)).toBeLessThan(10);
    for (const work of works) expect((await work).status).toBe(200);
  });
});

it(
  "of more who sign in than can be waited for, some are told so, whether the account is known or not",
  PATIENCE,
  async () => {
    // Connections enough for all to come as far as their passwords before the first of them is through.
    const wide = await openHouse({ databasePool: 60 });
    await signUp(wide, KNOWN);
    const works = Array.from({ length: 220 }, (_, index) =>
      signIn(wide, index % 2 === 0 ? KNOWN : `unknown-${index}@example.com`),
    );
    const answers = await Promise.all(works);
    const told = answers.map(({ status }, index) => `${index % 2 === 0 ? "known" : "unknown"} ${status}`);
    // Who comes to the line first is chance; that it is full for both, and that it moves, is not.
    expect(told).toEqual(expect.arrayContaining(["known 503", "unknown 503"]));
    expect(told.filter((each) => each === "known 200" || each === "unknown 401").length).toBeGreaterThan(60);
    for (const each of told) expect(["known 200", "known 503", "unknown 401", "unknown 503"]).toContain(each);
    for (const { status, headers, body } of answers) {
      if (status !== 503) continue;
      expect([headers.get("retry-after"), body.error?.code]).toEqual(["1", "SERVICE_UNAVAILABLE"]);
    }
    expect((await signIn(wide, KNOWN)).status).toBe(200);
    await wide.close();
  },
);

describe("turns", () => {
  it("are taken so many at once, in their order, and no more than may wait", async () => {
    const turns = createTurns({ atOnce: 2, waiting: 2 });
    const begun: number[] = [];
    const endings: (() => void)[] = [];
    const works = [0, 1, 2, 3, 4].map((index) =>
      turns
        .take(() => {
          begun.push(index);
          return new Promise<number>((resolve) => endings.push(() => resolve(index)));
        })
        .catch((error: Error) => error.name),
    );
    expect(await works[4]).toBe("Overloaded");
    expect(begun).toEqual([0, 1]);
    endings[1]?.();
    expect(await works[1]).toBe(1);
    await sleep(0);
    expect(begun).toEqual([0, 1, 2]);
  });

  it("are free again after a failure", async () => {
    const turns = createTurns({ atOnce: 1, waiting: 0 });
    await expect(turns.take(() => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    expect(await turns.take(async () => "done")).toBe("done");
  });
});
