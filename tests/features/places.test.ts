import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { createPlaces, type Places } from "@/server/http/places";

const here = { destroyed: false };

/** What becomes of one who waits: in, out, or still waiting. */
function waiter(places: Places, response = here): { state: string } {
  const one = { state: "waits" };
  void places.wait(response).then((isIn) => {
    one.state = isIn ? "in" : "out";
  });
  return one;
}

it("gives so many places at once, and a place that is given back to the first in line", async () => {
  const places = createPlaces({ atOnce: 2, standing: 1, longest: 1_000 });
  expect([places.take(), places.take(), places.take()]).toEqual([true, true, false]);
  const [first, second] = [waiter(places), waiter(places)];
  places.give();
  await sleep(0);
  expect([first.state, second.state]).toEqual(["in", "waits"]);
  // Who comes now does not slip in before who waits.
  expect(places.take()).toBe(false);
  places.give();
  await sleep(0);
  expect(second.state).toBe("in");
  places.give();
  places.give();
  expect([places.take(), places.take(), places.take()]).toEqual([true, true, false]);
});

it("ends the waiting of whoever waited for too long, and of nobody else", async () => {
  const places = createPlaces({ atOnce: 1, standing: 2, longest: 200 });
  places.take();
  const early = waiter(places);
  await sleep(120);
  const late = waiter(places);
  await expect.poll(() => early.state, { interval: 5 }).toBe("out");
  expect(late.state).toBe("waits");
  places.give();
  await sleep(0);
  expect(late.state).toBe("in");
});

it("gives no place to whoever has gone", async () => {
  const places = createPlaces({ atOnce: 1, standing: 2, longest: 1_000 });
  places.take();
  const gone = waiter(places, { destroyed: true });
  const still = waiter(places);
  places.give();
  await sleep(0);
  expect([gone.state, still.state]).toEqual(["out", "in"]);
});

it("lets a burst wait, but keeps a line short that stands", async () => {
  const places = createPlaces({ atOnce: 1, standing: 2, longest: 5_000 });
  places.take();
  const burst = Array.from({ length: 100 }, () => waiter(places));
  await sleep(50);
  expect(places.isOverrun()).toBe(false);
  for (let more = 98; more > 0; more--) places.give();
  await sleep(500);
  // It has not been empty since the burst came.
  expect(places.isOverrun()).toBe(true);
  places.give();
  expect(places.isOverrun()).toBe(false);
  await sleep(0);
  expect(burst.map(({ state }) => state)).toEqual([...Array(99).fill("in"), "waits"]);
});

it("is over when nobody had to be refused for a while", async () => {
  const places = createPlaces({ atOnce: 1, standing: 1, longest: 5_000 });
  places.take();
  waiter(places);
  await sleep(520);
  expect(places.isOverrun()).toBe(true);
  places.give();
  waiter(places);
  // The line was empty, and still it is the same flood.
  expect(places.isOverrun()).toBe(true);
  places.give();
  await sleep(520);
  waiter(places);
  expect(places.isOverrun()).toBe(false);
});
