import type { Seen } from "@/tests/bench/overload/generator";

/** Counts what becomes of the requests of one stream. Times are milliseconds of `performance.now`. */
export interface Tally {
  sent(due: number): void;
  answered(status: number, due: number, now: number): void;
  seen(): Seen;
}

/** Only what was due from `from` to before `until` counts; for goodput, what was answered then. */
export function createTally(name: string, from: number, until: number): Tally {
  const byStatus: Record<string, number> = {};
  const accepted: number[] = [];
  const refused: number[] = [];
  let sent = 0;
  let good = 0;
  return {
    sent: (due) => {
      if (due >= from && due < until) sent++;
    },
    answered: (status, due, now) => {
      const isGood = status >= 200 && status < 300;
      if (isGood && now >= from && now < until) good++;
      if (due < from || due >= until) return;
      byStatus[status] = (byStatus[status] ?? 0) + 1;
      if (isGood) accepted.push(now - due);
      else if (status === 429 || status === 503) refused.push(now - due);
    },
    seen: () => ({
      ...{ name, sent, byStatus, goodput: (1000 * good) / (until - from) },
      ...{ p50: percentile(accepted, 0.5), p99: percentile(accepted, 0.99) },
      refusedP99: percentile(refused, 0.99),
    }),
  };
}

/** Zero where there are no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
