import { parseArgs } from "node:util";
import { WORKS, type Work } from "@/tests/bench/peers/peer";

export interface Options {
  rounds: number;
  /** Measured seconds of one round, and of the warm-up before it. */
  seconds: number;
  warmUp: number;
  /** Keys of peers; null: all. */
  only: string[] | null;
  works: readonly Work[];
  write: boolean;
  json: boolean;
}

export const USAGE = `npm run bench -- [--rounds 5] [--seconds 4] [--warm-up 2] [--only a,c] [--work ${WORKS.join(",")}] [--write] [--json]`;

/** @throws Error that says what is wrong with an option. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "4" },
      "warm-up": { type: "string", default: "2" },
      only: { type: "string" },
      work: { type: "string" },
      write: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  return {
    ...timingOf(values),
    only: values.only?.split(",") ?? null,
    works: values.work === undefined ? WORKS : values.work.split(",").map(workOf),
    write: values.write,
    json: values.json,
  };
}

/**
 * How often, and for how many seconds, by the texts of the options. @throws Error that says what is wrong with one, and
 * `usage`.
 */
export function timingOf(values: Record<"rounds" | "seconds" | "warm-up", string>, usage = "") {
  const of = (name: keyof typeof values) => positive(name, values[name], usage);
  return { rounds: of("rounds"), seconds: of("seconds"), warmUp: of("warm-up") };
}

function positive(name: string, text: string, usage: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} ${text} is not a positive number\n${usage}`.trim());
  return value;
}

function workOf(text: string): Work {
  const found = WORKS.find((work) => work === text);
  if (!found) throw new Error(`--work ${text} is none of ${WORKS.join(", ")}`);
  return found;
}
