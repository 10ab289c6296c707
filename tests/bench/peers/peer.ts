import type { Bench } from "@/tests/bench/seed";

export type Work = "list" | "refuse" | "mix" | "sign-in" | "create";
export const WORKS: readonly Work[] = ["list", "refuse", "mix", "sign-in", "create"];

/** One request, and what a right answer to it is. */
export interface Ask {
  method: "GET" | "POST";
  path: string;
  headers: Record<string, string>;
  body?: string;
  /** Status of the right answer. */
  expect: number;
  /** Whose rows the right answer holds, and how many. */
  rows?: { owner: string; count: number };
}

/** One line of the table: a piece of work, done in one way. */
export interface Line {
  work: Work;
  /** By what the caller is known, or what is wrong with it. Lines of equal work and `kind` are compared. */
  kind: string;
  /** How it is asked, where a peer has several ways of one kind. */
  way: string;
  /** Made anew before each round: tokens end after minutes. */
  asks(): Promise<Ask[]>;
}

export interface Running {
  url: string;
  pid: number;
  /** Milliseconds from the start of the process to its first right answer. */
  bootMs: number;
  lines: Line[];
  /** The owners of the rows in the body of an answer. */
  ownersOf(body: unknown): string[];
  stop(): Promise<void>;
}

export interface Peer {
  key: string;
  title: string;
  /** Why it can not run here, and what would mend that. */
  missing?(): string | undefined;
  /** Builds what must be built; not measured. */
  prepare?(): Promise<void>;
  start(bench: Bench): Promise<Running>;
}

/** Good and bad by turns. */
export const alternating = (good: Ask[], bad: Ask[]): Ask[] =>
  good.flatMap((ask, index) => [ask, bad[index % bad.length] ?? ask]);
