export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Two-sided p-value of the Mann-Whitney U test, by the normal approximation with continuity; for some dozens and more. */
export function mannWhitney(one: readonly number[], two: readonly number[]): number {
  const all = [
    ...one.map((value) => ({ value, isOne: true })),
    ...two.map((value) => ({ value, isOne: false })),
  ];
  all.sort((a, b) => a.value - b.value);
  // Times are doubles of microseconds and finer: ties are too few to matter.
  const ranks = all.reduce((sum, { isOne }, index) => (isOne ? sum + index + 1 : sum), 0);
  const u = ranks - (one.length * (one.length + 1)) / 2;
  const middle = (one.length * two.length) / 2;
  const spread = Math.sqrt((one.length * two.length * (one.length + two.length + 1)) / 12);
  const z = Math.max(0, Math.abs(u - middle) - 0.5) / spread;
  return 2 * upperTail(z);
}

/** Two-sided p-value that the mean difference of pairs is as large by chance: signs are drawn `rounds` times. */
export function pairedPermutation(one: readonly number[], two: readonly number[], rounds = 10_000): number {
  const differences = one.map((value, index) => value - (two[index] ?? Number.NaN));
  const seen = Math.abs(mean(differences));
  let asLarge = 0;
  for (let round = 0; round < rounds; round++) {
    let sum = 0;
    for (const difference of differences) sum += Math.random() < 0.5 ? difference : -difference;
    if (Math.abs(sum / differences.length) >= seen) asLarge++;
  }
  return (asLarge + 1) / (rounds + 1);
}

/** P(Z > z) of the standard normal distribution, within 1e-7 (Abramowitz and Stegun 26.2.17). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
