/** One sliding window to be charged: `current` and `previous` are the keys of its two fixed halves. */
interface Charge {
  current: string;
  previous: string;
  size: number;
  /** Milliseconds since 1970. */
  now: number;
  windowMs: number;
  /** Negative gives back. */
  by: number;
}

/** What became of one request. */
export interface Charged {
  /** What is left of the budget; -1 where it was refused. */
  remaining: number;
  /** Milliseconds since 1970. */
  endsAt: number;
  giveBack(): void;
}

/** Keys for which nobody looks. */
const FEW = 1_000;

/**
 * Sliding windows in this process, as the script of @upstash/ratelimit counts them. Past `mostKeys` unknown keys are
 * refused: to evict one would give its budget back to whoever floods.
 */
export class Counters {
  readonly #entries = new Map<string, { count: number; endsAt: number }>();
  #sweptAt = 0;
  /** Keys from which on it is worth looking for what has ended. */
  #sweepFrom = FEW;

  constructor(private readonly mostKeys = 100_000) {}

  /** One request out of the budget of `key`: `size` in `windowMs`. */
  spend(key: string, size: number, windowMs: number): Charged {
    const now = Date.now();
    const half = Math.floor(now / windowMs);
    const charge = { current: `${key}:${half}`, previous: `${key}:${half - 1}`, size, now, windowMs };
    return {
      remaining: this.charge({ ...charge, by: 1 }),
      endsAt: (half + 1) * windowMs,
      giveBack: () => this.charge({ ...charge, by: -1 }),
    };
  }

  /** Keys that are kept; those that have ended are at most as many again as there were at the last look. */
  get size(): number {
    return this.#entries.size;
  }

  /** What is left of the window after the charge, or -1 where it was refused and nothing was counted. */
  charge({ current, previous, size, now, windowMs, by }: Charge): number {
    const share = 1 - (now % windowMs) / windowMs;
    const before = Math.floor(share * (this.#entries.get(previous)?.count ?? 0));
    const entry = this.#entries.get(current);
    const count = entry?.count ?? 0;
    if (by > 0 && before + count >= size) return -1;
    if (entry) entry.count += by;
    else if (this.#hasPlace(now))
      this.#entries.set(current, { count: by, endsAt: now + 2 * windowMs + 1000 });
    else return -1;
    return size - (before + count + by);
  }

  /**
   * Dropping what has ended walks over everything: when twice as many are there as were left the last time, so that a key
   * pays for two steps; and once a second at most while there is no place.
   */
  #hasPlace(now: number): boolean {
    const { size } = this.#entries;
    if (size < Math.min(this.#sweepFrom, this.mostKeys)) return true;
    if (size >= this.mostKeys && now - this.#sweptAt < 1000) return false;
    this.#sweptAt = now;
    for (const [key, { endsAt }] of this.#entries) if (endsAt <= now) this.#entries.delete(key);
    this.#sweepFrom = Math.max(FEW, 2 * this.#entries.size);
    return this.#entries.size < this.mostKeys;
  }
}
