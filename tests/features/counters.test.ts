import { describe, expect, it } from "vitest";
import { Counters } from "@/server/platform/limits/counters";

describe("the store of one process", () => {
  it("refuses new keys when it is full, and forgets none before its time", () => {
    let now = 5_000;
    const counters = new Counters(2, () => now);
    const left = (key: string) => counters.spend(key, 2, 1_000).remaining;
    expect([left("a"), left("b"), left("c")]).toEqual([1, 1, -1]);
    now = 5_001;
    expect([left("a"), left("a")]).toEqual([0, -1]);
    // The window after is over, in which the one before still counts.
    now = 6_999;
    expect(left("c")).toBe(-1);
    now = 9_000;
    expect(left("c")).toBe(1);
  });

  it("counts of the window before what still lies within the last one", () => {
    let now = 5_000;
    const counters = new Counters(9, () => now);
    const left = () => counters.spend("a", 4, 1_000).remaining;
    expect([left(), left(), left(), left(), left()]).toEqual([3, 2, 1, 0, -1]);
    now = 6_250;
    expect([left(), left()]).toEqual([0, -1]);
    now = 6_600;
    expect([left(), left(), left()]).toEqual([1, 0, -1]);
    now = 8_000;
    expect(left()).toBe(3);
  });

  it("gives back to the window in which it was spent, and nothing that was refused", () => {
    let now = 5_000;
    const counters = new Counters(9, () => now);
    const spend = () => counters.spend("a", 2, 1_000);
    const [first, second, refused] = [spend(), spend(), spend()];
    refused.giveBack();
    expect(spend().remaining).toBe(-1);
    first.giveBack();
    expect(spend().remaining).toBe(0);
    now = 6_000;
    expect(spend().remaining).toBe(-1);
    second.giveBack();
    expect(spend().remaining).toBe(0);
    expect(spend().remaining).toBe(-1);
  });

  it("gives nobody a new budget when the clock is set back, and keeps nobody out for as long", () => {
    let now = 5_000;
    const counters = new Counters(9, () => now);
    const left = () => counters.spend("a", 1, 1_000).remaining;
    expect([left(), left()]).toEqual([0, -1]);
    now = 3_000;
    expect(left()).toBe(-1);
    now = 4_999;
    expect(left()).toBe(0);
  });
});
