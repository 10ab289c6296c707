import type { Listener } from "@/db/listener";
import { type PublicError, UNAVAILABLE } from "@/server/guard/errors";

/** Streams that one caller may have open at once, in one process. */
const STREAMS_PER_CALLER = 5;
/** Streams of everybody in one process: each costs a look at session and changes every `lookEvery`. */
const STREAMS_PER_PROCESS = 2_000;

const TOO_MANY_STREAMS: PublicError = {
  code: "TOO_MANY_REQUESTS",
  httpStatus: 429,
  message: "You have as many streams open as you may. Close one, or wait until one ends.",
  reason: "TOO_MANY_STREAMS",
};

/** A stream's place among those that are open. */
interface Place {
  /** Gives the place back. May be called again. */
  leave(): void;
}

/** The streams of this process: how many there may be, how long, and what wakes them. */
export interface Streams {
  /** Milliseconds until a stream is ended, and its caller comes again. */
  readonly longest: number;
  /** Milliseconds between two looks at session and changes, when nothing wakes a stream earlier. */
  readonly lookEvery: number;
  /** A place, or why there is none. */
  enter(userId: string): Place | PublicError;
  /** Calls `ring` when something may have happened in a workspace; answers what ends that. */
  onChange(workspaceId: string, ring: () => void): () => void;
  /** Calls `ring` when something may have changed in what a person may do; answers what ends that. */
  onAccess(userId: string, ring: () => void): () => void;
}

interface StreamsOptions {
  longest: number;
  /** Default two seconds. */
  lookEvery?: number;
  listener: Pick<Listener, "on">;
  onAccess: Streams["onAccess"];
}

export function createStreams({ longest, lookEvery = 2_000, listener, onAccess }: StreamsOptions): Streams {
  const perUser = new Map<string, number>();
  let all = 0;
  return {
    longest,
    lookEvery,
    enter(userId) {
      const has = perUser.get(userId) ?? 0;
      if (has >= STREAMS_PER_CALLER) return TOO_MANY_STREAMS;
      if (all >= STREAMS_PER_PROCESS) return UNAVAILABLE;
      perUser.set(userId, has + 1);
      all++;
      let left = false;
      const leave = () => {
        if (left) return;
        left = true;
        all--;
        const rest = (perUser.get(userId) ?? 1) - 1;
        if (rest > 0) perUser.set(userId, rest);
        else perUser.delete(userId);
      };
      return { leave };
    },
    onChange: (workspaceId, ring) => listener.on(workspaceId, ring),
    onAccess,
  };
}
