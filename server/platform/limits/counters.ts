/** What became of one request. */
export interface Charged {
  /** What is left of the budget; -1 where it was refused. */
  remaining: number;
  /** Milliseconds since 1970. */
  endsAt: number;
  giveBack(): void;
}

/** Requests of a key in one fixed window, and in the one before. */
interface Kept {
  /** Number of the window: milliseconds since 1970 by its length. */
  window: number;
  count: number;
  before: number;
  /** From when on neither counts any more, in milliseconds since 1970. */
  overAt: number;
}

/** Keys for which nobody looks. */
const FEW = 1_000;

/**
 * Sliding windows in this process, as the script of @upstash/ratelimit counts them: of the window before, what still lies
 * within the last `windowMs`. Past `mostKeys` unknown keys are refused: to evict one would give its budget back to whoever
 * floods.
 */
export class Counters {
  readonly #kept = new Map<string, Kept>();
  #sweptAt = 0;
  /** Keys from which on it is worth looking for what has ended. */
  #sweepFrom = FEW;

  constructor(
    private readonly mostKeys = 100_000,
    private readonly now: () => number = Date.now,
  ) {}

  /** Keys that are kept; those that have ended are at most as many again as there were at the last look. */
  get size(): number {
    return this.#kept.size;
  }

  /** One request out of the budget of `key`: `size` in `windowMs`. */
  spend(key: string, size: number, windowMs: number): Charged {
    const now = this.now();
    const window = Math.floor(now / windowMs);
    const endsAt = (window + 1) * windowMs;
    const kept = this.#at(key, window, endsAt + windowMs, now);
    if (!kept) return { remaining: -1, endsAt, giveBack };
    const share = 1 - (now % windowMs) / windowMs;
    const used = Math.floor(share * kept.before) + kept.count;
    if (used >= size) return { remaining: -1, endsAt, giveBack };
    kept.count++;
    return {
      remaining: size - used - 1,
      endsAt,
      giveBack: () => {
        if (kept.window === window) kept.count--;
        else if (kept.window === window + 1) kept.before--;
      },
    };
  }

  /** The counts of a key, moved on to this window; undefined where there is no place for one that is unknown. */
  #at(key: string, window: number, overAt: number, now: number): Kept | undefined {
    const kept = this.#kept.get(key);
    if (!kept) {
      if (!this.#hasPlace(now)) return undefined;
      const fresh: Kept = { window, count: 0, before: 0, overAt };
      this.#kept.set(key, fresh);
      return fresh;
    }
    if (kept.window === window) return kept;
    // A clock that was set back gives nobody a new budget, and keeps nobody out until it has caught up.
    kept.before = kept.window < window - 1 ? 0 : kept.count;
    kept.count = 0;
    kept.window = window;
    kept.overAt = overAt;
    return kept;
  }

  /**
   * Dropping what has ended walks over everything: when twice as many are there as were left the last time, so that a key
   * pays for two steps; and once a second at most while there is no place.
   */
  #hasPlace(now: number): boolean {
    const { size } = this.#kept;
    if (size < Math.min(this.#sweepFrom, this.mostKeys)) return true;
    if (size >= this.mostKeys && now - this.#sweptAt < 1000) return false;
    this.#sweptAt = now;
    for (const [key, { overAt }] of this.#kept) if (overAt <= now) this.#kept.delete(key);
    this.#sweepFrom = Math.max(FEW, 2 * this.#kept.size);
    return this.#kept.size < this.mostKeys;
  }
}

/** Of what was refused. */
const giveBack = () => {};
