import { setTimeout as sleep } from "node:timers/promises";
import type { Head } from "@/server/platform/audit-heads";
import type { Log } from "@/server/platform/log";

export interface HeadPoster {
  /** Never waits and never throws. */
  post(head: Head): void;
  /** Tries what is left once more, for at most a second. */
  stop(): Promise<void>;
}

interface PosterOptions {
  url: string;
  log: Log;
  /** Milliseconds until the first try after a failure; twice as many each time, up to a minute. Default 1 000. */
  pause?: number;
  /** Most heads that wait; of more, the oldest are let go: a later head vouches for all before it. Default 10 000. */
  most?: number;
}

const ANSWER_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
const FAREWELL_MS = 1_000;

/** Tells heads to a URL as JSON, in order, one at a time, as often as it takes. An outage is told to the log once. */
export function createHeadPoster({ url, log, pause = 1_000, most = 10_000 }: PosterOptions): HeadPoster {
  const waiting: Head[] = [];
  const stopping = new AbortController();
  const gone = new AbortController();
  let isDown = false;
  let running: Promise<void> | undefined;

  const sendFirst = async ([head]: Head[]) => {
    const failure = await send(url, head, gone.signal);
    if (failure === undefined) {
      // Not `shift`: the oldest may have been let go meanwhile.
      if (waiting[0] === head) waiting.shift();
      if (isDown) log.info({ event: "audit_heads_url_up" }, "audit heads are taken again");
    } else if (!isDown) {
      log.error({ event: "audit_heads_url_down", failure }, "audit heads are not taken; trying on");
    }
    isDown = failure !== undefined;
    return !isDown;
  };
  const run = async () => {
    for (let wait = pause; waiting.length > 0; ) {
      if (await sendFirst(waiting)) wait = pause;
      else if (stopping.signal.aborted) break;
      else {
        await sleep(wait, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
        wait = Math.min(2 * wait, LONGEST_PAUSE_MS);
      }
    }
    // At once after the last look at the queue, so that no head comes between.
    running = undefined;
  };
  return {
    post: (head) => {
      waiting.push(head);
      if (waiting.length > most) waiting.shift();
      running ??= run();
    },
    stop: async () => {
      stopping.abort();
      const late = setTimeout(() => gone.abort(), FAREWELL_MS).unref();
      await running;
      clearTimeout(late);
    },
  };
}

/** What went wrong, in words without the address, which may hold a token; undefined when the head was taken. */
async function send(url: string, head: Head | undefined, gone: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(head),
      redirect: "error",
      signal: AbortSignal.any([gone, AbortSignal.timeout(ANSWER_MS)]),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `status ${response.status}`;
  } catch (error) {
    const { name, cause } = error as { name: string; cause?: { code?: string } };
    return cause?.code ?? name;
  }
}
