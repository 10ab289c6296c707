/** Costly work in turns: a few at once, a bounded line behind them. */
export interface Turns {
  /** Does `work` when its turn comes. @throws Overloaded at once when the line is full. */
  take<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** The line is full. Callers answer 503: who would wait longer than an answer is worth is told at once. */
class Overloaded extends Error {
  override readonly name = "Overloaded";
  constructor() {
    super("too many wait for their turn");
  }
}

/**
 * @param atOnce Works under way at the same time.
 * @param waiting Most that wait behind them.
 */
export function createTurns({ atOnce, waiting }: { atOnce: number; waiting: number }): Turns {
  const line: (() => void)[] = [];
  let busy = 0;
  return {
    async take(work) {
      if (busy < atOnce) busy++;
      else {
        if (line.length >= waiting) throw new Overloaded();
        await new Promise<void>((resolve) => line.push(resolve));
      }
      try {
        return await work();
      } finally {
        // The place goes to the next in line, who finds it taken: nobody can slip in between.
        const next = line.shift();
        if (next) next();
        else busy--;
      }
    },
  };
}
