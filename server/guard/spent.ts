import { hash } from "node:crypto";
import type { Verdict } from "@/server/guard/limiter";
import type { LimitName } from "@/server/guard/limits";
import type { Refused } from "@/server/guard/refusals/refusal";

/** A budget that was found spent, and whose it is. */
export interface Spent {
  verdict: Verdict;
  caller: Refused["caller"];
}

interface Found extends Spent {
  /** Milliseconds of `performance.now`. */
  at: number;
  until: number;
}

/** Milliseconds after which a caller is looked at anew, however slowly the budget comes back. */
const LONGEST_MS = 1_000;
const MOST = 10_000;

/**
 * Budgets that were found spent a moment ago, by what the caller presented. A sliding window gives back one request in
 * `windowMs / size` at most: until then the answer would be the same, and a flood gets it before any other work is done.
 * Nothing is ever granted from here, so forgetting costs time alone.
 */
export class SpentBudgets {
  readonly #found = new Map<string, Found>();
  #until = 0;

  /** @param credential All that the request said of who it is from. */
  note(credential: string, { verdict, caller }: Spent): void {
    const { name, size, windowMs, resetMs } = verdict;
    const at = performance.now();
    const until = at + Math.min(windowMs / size, resetMs, LONGEST_MS);
    if (this.isIdle() || this.#found.size >= MOST) this.#found.clear();
    this.#found.set(keyOf(credential, name), { verdict, caller, at, until });
    this.#until = Math.max(this.#until, until);
  }

  /** Whether nobody's budget was spent of late: then there is nothing to find. */
  isIdle(): boolean {
    return performance.now() >= this.#until;
  }

  find(credential: string, name: LimitName): Spent | undefined {
    const found = this.#found.get(keyOf(credential, name));
    const now = performance.now();
    if (!found || now >= found.until) return undefined;
    const { verdict, caller, at } = found;
    return { verdict: { ...verdict, resetMs: verdict.resetMs - (now - at) }, caller };
  }
}

/** A digest: what is presented is a secret, and is kept nowhere. */
const keyOf = (credential: string, name: LimitName) => `${name} ${hash("sha256", credential, "base64")}`;
