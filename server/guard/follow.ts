import { type TrackedEnvelope, tracked } from "@trpc/server";
import { z } from "zod";
import type { Batch, Beginning } from "@/db/changes";
import type { Scope } from "@/db/scope";
import type { Streams } from "@/server/guard/streams";

/** What a stream is made of: where it begins, and what comes after a cursor. Both run in a scope of their own. */
export interface Source<Change> {
  begin(scope: Scope, cursor: string | undefined): Promise<Beginning>;
  read(scope: Scope, cursor: string): Promise<Batch<Change>>;
  /** Told when nobody can say what the caller missed. */
  reset: Change;
}

/** Tells changes as they come, from the one after `cursor` on, until the stream ends. */
export type Follow = <Change>(
  source: Source<Change>,
  cursor: string | undefined,
) => AsyncGenerator<TrackedEnvelope<Change>, void, undefined>;

interface Followed {
  streams: Streams;
  workspaceId: string;
  userId: string;
  /** Aborts when the caller goes, or the process does. */
  signal: AbortSignal | undefined;
  /** Looks at the session again, and runs `work` in a scope of its own. Throws when the session says no. */
  inScope<Result>(work: (scope: Scope) => Promise<Result>): Promise<Result>;
  onEnd(): void;
}

/** Milliseconds between a ring and the look that it causes: what happens in a burst is read at once. */
const GATHER = 20;
/** Milliseconds until a look for what could not be told yet; each further one waits twice as long, up to `lookEvery`. */
const SOON = 50;

/** Makes the `follow` of one call. Between two batches it holds no transaction and no connection. */
export function followIn({ streams, workspaceId, userId, signal, inScope, onEnd }: Followed): Follow {
  return async function* follow(source, named) {
    const bell = createBell(signal, streams.longest);
    const silences = [streams.onChange(workspaceId, bell.ring), streams.onAccess(userId, bell.ring)];
    try {
      const { cursor: start, isReset } = await inScope((scope) => source.begin(scope, named));
      if (isReset) yield tracked(start, source.reset);
      let cursor = start;
      let pause = SOON;
      for (;;) {
        bell.hush();
        const batch = await inScope((scope) => source.read(scope, cursor));
        for (const change of batch.changes) {
          cursor = change.cursor;
          yield tracked(change.cursor, change.data);
        }
        if (bell.isGone()) return;
        if (batch.again === "now") continue;
        pause = batch.again === "soon" ? Math.min(2 * pause, streams.lookEvery) : SOON;
        await bell.wait(batch.again === "soon" ? pause : streams.lookEvery);
        if (bell.isGone()) return;
      }
    } finally {
      bell.remove();
      for (const silence of silences) silence();
      onEnd();
    }
  };
}

/** What a stream waits for. It remembers a ring that came while nobody waited. */
function createBell(signal: AbortSignal | undefined, longest: number) {
  const ends = performance.now() + longest;
  let rang = false;
  let wake = () => {};
  const ring = () => {
    rang = true;
    wake();
  };
  signal?.addEventListener("abort", ring);
  return {
    ring,
    hush() {
      rang = false;
    },
    async wait(ms: number) {
      if (signal?.aborted) return;
      await new Promise<void>((resolve) => {
        let timer = setTimeout(resolve, Math.max(0, Math.min(ms, ends - performance.now())));
        wake = () => {
          clearTimeout(timer);
          timer = setTimeout(resolve, signal?.aborted ? 0 : GATHER);
        };
        if (rang) wake();
      });
    },
    /**
     * Whether the caller has gone. When it is the stream's time that is over, this throws the one error of which tRPC says
     * nothing: a word of the end would keep the client from coming again.
     */
    isGone() {
      if (signal?.aborted) return true;
      if (performance.now() >= ends) throw new DOMException("the stream's time is over", "AbortError");
      return false;
    },
    remove: () => signal?.removeEventListener("abort", ring),
  };
}

const yielded = z.tuple([z.string().min(1), z.unknown()], z.unknown());

/** The output of a stream: each item is parsed as it passes. Of a generator JSON Schema knows nothing: `items` tells it. */
export function streamOf<Item extends z.ZodType>(item: Item) {
  type Told = TrackedEnvelope<z.output<Item>>;
  return z
    .custom<AsyncIterable<TrackedEnvelope<z.input<Item>>>>(isIterable)
    .transform(async function* parsed(source): AsyncGenerator<Told, void, undefined> {
      for await (const envelope of source) {
        const [cursor, data] = yielded.parse(envelope);
        yield tracked(cursor, item.parse(data));
      }
    })
    .meta({ items: z.toJSONSchema(item, { io: "output" }) });
}

const isIterable = (value: unknown) =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;
