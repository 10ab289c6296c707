import type { Row } from "@/tests/bench/measure";
import { find } from "@/tests/bench/report";

/** One line of the performance budget (DESIGN §10): what must be, what is, and whether that will do. */
export interface Verdict {
  what: string;
  must: string;
  is: string;
  met: boolean | null;
}

const UNKNOWN = "not measured";

/** Null in `met`: the run did not measure it. */
export function budget(rows: Row[]): Verdict[] {
  const cpu = (peer: string, work: Row["work"], kind = "") => find(rows, peer, work, kind)?.cpu;
  /** Asked by what the peer is asked by: FastAPI knows no sessions. */
  const ratio = (
    what: string,
    [work, way]: [Row["work"], way: "cookie" | "JWT"],
    peer: string,
    most: [text: string, value: number],
  ) => {
    const ours = find(rows, "a", work, "", way)?.cpu;
    return atMost(`${what} (${way})`, most, divided(ours, cpu(peer, work)), (value) => `${value.toFixed(2)}`);
  };
  const within = (kind: string, most: number) =>
    atMost(
      `refused: ${kind}`,
      [`≤ ${most} ms`, most],
      cpu("a", "refuse", kind),
      (value) => `${value.toFixed(3)} ms`,
    );
  /** Callers with a JWT: the cheapest way to say who one is. */
  const guard = (work: "list" | "create") => {
    const ours = find(rows, "a", work, "", "JWT")?.cpu;
    const ratio = divided(ours, cpu("u", work));
    return atMost(
      `guard of ${work} (JWT), over the same procedure unguarded`,
      ["≤ 35 %", 0.35],
      ratio === undefined ? undefined : ratio - 1,
      (value) => `${Math.round(100 * value)} %`,
    );
  };
  return [
    ratio("list, of the T3-style app's", ["list", "cookie"], "c", ["≤ 1/6 = 0.17", 1 / 6]),
    ratio("list, of FastAPI's", ["list", "JWT"], "e", ["≤ 1/3.5 = 0.29", 1 / 3.5]),
    atMost("list", ["≤ 0.31 ms", 0.31], cpu("a", "list"), (value) => `${value.toFixed(3)} ms`),
    ratio("create, of the T3-style app's", ["create", "cookie"], "c", ["≤ 1/3 = 0.33", 1 / 3]),
    ratio("create, of FastAPI's without audit", ["create", "JWT"], "e", ["≤ 1", 1]),
    within("expired JWT", 0.05),
    within("malformed JWT", 0.05),
    within("tampered JWT", 0.12),
    guard("list"),
    guard("create"),
    { what: "goodput at twice the capacity, open loop", must: "≥ 95 % of it", is: UNKNOWN, met: null },
  ];
}

function atMost(
  what: string,
  [must, most]: [text: string, value: number],
  value: number | undefined,
  format: (value: number) => string,
): Verdict {
  if (value === undefined) return { what, must, is: UNKNOWN, met: null };
  return { what, must, is: format(value), met: value <= most };
}

const divided = (one?: number, other?: number) =>
  one === undefined || other === undefined ? undefined : one / other;
