import { readFileSync } from "node:fs";

/** Where a function is, as V8 says: lines and columns from 0, of the file that runs. */
export interface CallFrame {
  functionName: string;
  url: string;
  lineNumber: number;
  columnNumber: number;
}

/** What Node writes with --cpu-prof. Times are microseconds of the monotonic clock. */
interface Profile {
  nodes: { id: number; callFrame: CallFrame; children?: number[] }[];
  startTime: number;
  samples: number[];
  timeDeltas: number[];
}

/** A stack that was seen, from the root down to the function that ran. */
export interface Stack<Frame> {
  frames: Frame[];
  /** Microseconds in all. */
  time: number;
}

/** Microseconds of the clock that profiles count by; the same for all processes of a machine. */
export const clock = () => Number(process.hrtime.bigint() / 1000n);

const IDLE = "(idle)";

/** The stacks of a span of time, each once, without the time in which nothing ran. */
export function stacksOf(file: string, from: number, to: number): Stack<CallFrame>[] {
  const profile: Profile = JSON.parse(readFileSync(file, "utf8"));
  const times = timesOf(profile, from, to);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  return [...times].flatMap(([id, time]) => {
    const frames: CallFrame[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = nodes.get(at)?.callFrame;
      if (frame && frame.functionName !== "(root)") frames.unshift(frame);
    }
    return frames[0]?.functionName === IDLE ? [] : [{ frames, time }];
  });
}

/** Microseconds for which each node was the one that ran: until the next sample. */
function timesOf({ startTime, samples, timeDeltas }: Profile, from: number, to: number): Map<number, number> {
  const times = new Map<number, number>();
  let at = startTime;
  for (const [index, id] of samples.entries()) {
    at += timeDeltas[index] ?? 0;
    if (at < from || at > to) continue;
    times.set(id, (times.get(id) ?? 0) + (timeDeltas[index + 1] ?? 0));
  }
  return times;
}
