/** Counts requests under way and bounds them. */
export interface InFlight {
  /** Takes a place; undefined when there is none. Call what it returns once, when the request has ended. */
  enter(): (() => void) | undefined;
  count(): number;
}

/**
 * @param most Requests under way at once. Little's law: at 70 % load and 50 ms an answer, 1,000 requests a second keep
 *   50 places; the bound is there for the callers who would wait longer than an answer is worth.
 */
export function boundInFlight(most: number): InFlight {
  let count = 0;
  return {
    count: () => count,
    enter() {
      if (count >= most) return undefined;
      count++;
      let left = false;
      return () => {
        if (!left) count--;
        left = true;
      };
    },
  };
}
