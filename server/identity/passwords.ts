import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes, timingSafeEqual } from "node:crypto";
import { availableParallelism } from "node:os";
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";
import { createScryptThread } from "@/server/identity/scrypt-thread";
import { createTurns } from "@/server/platform/turns";

/** Says whether a password would fall to a list of common ones and their variations (zxcvbn score below 2). */
export type IsCommonPassword = (password: string) => boolean;

/** Guessing effort saturates long before this; the estimator's own effort grows with the length. */
const LOOKED_AT = 64;

export function createPasswordCheck(): IsCommonPassword {
  const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  return (password) => estimator.check(password.slice(0, LOOKED_AT)).score < 2;
}

/** Milliseconds of CPU that one hash costs are 54 here: on two idle cores the last in line waits for less than two seconds. */
const HASHING = { atOnce: 2, waiting: 64 };

/** When the last hash of a piece of work was done, in milliseconds of `performance.now`; its begin before that. */
interface HashClock {
  since: number;
}

export interface Hashing {
  hash(password: string): Promise<string>;
  verify(given: { hash: string; password: string }): Promise<boolean>;
  /** Does a piece of work; `clock` tells it when it hashed last. */
  timed<Result>(work: (clock: Readonly<HashClock>) => Promise<Result>): Promise<Result>;
}

/**
 * Better Auth's own scrypt and its form of a hash, in turns and by threads of low priority: however many sign in at once,
 * the machine is left to everybody else.
 * @param cores That this process may use. On one, two hashes at once would both take as long as one after the other, and keep
 *   whoever answers from it twice as often.
 */
export function createHashing(cores = availableParallelism()): Hashing {
  const atOnce = Math.min(HASHING.atOnce, cores);
  const turns = createTurns({ ...HASHING, atOnce });
  const idle = Array.from({ length: atOnce }, createScryptThread);
  const clocks = new AsyncLocalStorage<HashClock>();
  const noteHash = () => {
    const clock = clocks.getStore();
    if (clock) clock.since = performance.now();
  };
  const derive = (password: string, salt: string) =>
    turns
      .take(async () => {
        const thread = idle.pop() ?? createScryptThread();
        const key = thread.derive({ password: password.normalize("NFKC"), salt });
        return key.finally(() => idle.push(thread));
      })
      .finally(noteHash);
  return {
    hash: async (password) => {
      const salt = randomBytes(16).toString("hex");
      return `${salt}:${await derive(password, salt)}`;
    },
    verify: async ({ hash, password }) => {
      const [salt, key] = hash.split(":");
      if (!salt || !key) throw new Error("this is no hash of a password");
      const derived = await derive(password, salt);
      return derived.length === key.length && timingSafeEqual(Buffer.from(derived), Buffer.from(key));
    },
    timed: (work) => {
      const clock = { since: performance.now() };
      return clocks.run(clock, () => work(clock));
    },
  };
}
