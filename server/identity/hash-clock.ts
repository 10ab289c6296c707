import { AsyncLocalStorage } from "node:async_hooks";

/** When the last password hash of a piece of work was done, in milliseconds of `performance.now`; its begin before that. */
interface HashClock {
  since: number;
}

const clocks = new AsyncLocalStorage<HashClock>();

/** Does a piece of work; `clock` tells it when it hashed last. */
export function withHashClock<Result>(
  work: (clock: Readonly<HashClock>) => Promise<Result>,
): Promise<Result> {
  const clock = { since: performance.now() };
  return clocks.run(clock, () => work(clock));
}

/** Notes that a hash is done, in whichever work asked for it. */
export function noteHash(): void {
  const clock = clocks.getStore();
  if (clock) clock.since = performance.now();
}
