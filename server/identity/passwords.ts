import { AsyncLocalStorage } from "node:async_hooks";
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";
import { hashPassword, verifyPassword } from "better-auth/crypto";
import { createTurns } from "@/server/platform/turns";

/** Says whether a password would fall to a list of common ones and their variations (zxcvbn score below 2). */
export type IsCommonPassword = (password: string) => boolean;

/** Guessing effort saturates long before this; the estimator's own effort grows with the length. */
const LOOKED_AT = 64;

export function createPasswordCheck(): IsCommonPassword {
  const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  return (password) => estimator.check(password.slice(0, LOOKED_AT)).score < 2;
}

/** Milliseconds of CPU that one hash costs are 54 here: the last in line waits for less than two seconds. */
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

/** Better Auth's own scrypt, in turns: however many sign in at once, most of the machine is left to everybody else. */
export function createHashing(): Hashing {
  const turns = createTurns(HASHING);
  const clocks = new AsyncLocalStorage<HashClock>();
  const noteHash = () => {
    const clock = clocks.getStore();
    if (clock) clock.since = performance.now();
  };
  return {
    hash: (password) => turns.take(() => hashPassword(password)).finally(noteHash),
    verify: (given) => turns.take(() => verifyPassword(given)).finally(noteHash),
    timed: (work) => {
      const clock = { since: performance.now() };
      return clocks.run(clock, () => work(clock));
    },
  };
}
