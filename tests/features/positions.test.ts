import { generateKeyBetween } from "fractional-indexing";
import { expect, it } from "vitest";
import { newPosition } from "@/server/features/task/service";

it("places a new task after those before it, with room between any two", () => {
  const first = newPosition(Date.UTC(2026, 0, 1));
  const second = newPosition(Date.UTC(2026, 0, 1) + 1);
  const last = newPosition(Date.UTC(2080, 0, 1));
  expect([last, second, first].sort()).toEqual([first, second, last]);
  for (const [low, high] of [
    [first, second],
    [null, first],
    [last, null],
  ] as const) {
    const between = generateKeyBetween(low, high);
    expect((low ?? "") < between && between < (high ?? "~")).toBe(true);
    expect(between).toMatch(/^[A-Za-z0-9]{1,128}$/);
  }
});
