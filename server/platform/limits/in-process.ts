import type { Commands } from "@/server/platform/limits/commands";
import { Counters } from "@/server/platform/limits/counters";

/** SHA-1 of the sliding window's script in @upstash/ratelimit 2.2.0: what it does is `Counters.charge`. */
const SLIDING_WINDOW = "74740bb3d7792848093cdef586b6b6037c455fd6";

/** A store of one process, for one machine: its scripts are TypeScript, and a script that it does not know is an error. */
export function inProcessCommands(counters = new Counters()): Commands {
  return {
    evalsha: async (digest, [current = "", previous = ""], args) => {
      if (digest !== SLIDING_WINDOW) throw new Error(`the in-process limit store knows no script ${digest}`);
      const [size = 0, now = 0, windowMs = 0, by = 0] = args.map(Number);
      return [counters.charge({ current, previous, size, now, windowMs, by }), size];
    },
    eval: async () => {
      throw new Error("the in-process limit store runs no scripts");
    },
    close: () => {},
  };
}
