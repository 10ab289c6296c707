import type { Digest } from "@/server/platform/digest";
import type { Log } from "@/server/platform/log";
import type { Letter } from "@/server/platform/mail/letter";
import type { SendMail } from "@/server/platform/mail/mailer";

/** Takes letters, and work that ends in letters. Nobody waits for a mail server, so nobody learns from the wait. */
export interface Post {
  post(letter: Letter): void;
  /** Finds out behind the answer what to send. Called again when it fails. */
  later(compose: () => Promise<readonly Letter[]>): void;
  /** Resolves when all is sent or given up; what waits for another try gets its last one now. */
  stop(): Promise<void>;
}

interface PostOptions {
  send: SendMail;
  digest: Digest;
  log: Log;
  /** Milliseconds before each further try. */
  retries?: readonly number[];
  /** Most letters that wait. */
  most?: number;
  /** Milliseconds from a letter to its sending. */
  pause?(): number;
}

const AT_ONCE = 8;
const RETRIES = [1_000, 10_000, 60_000];
/** Past the answer of whoever caused a letter, and at no fixed time after it: the work of sending is not to be seen in it. */
const somewhatLater = () => 300 + Math.random() * 700;

type Work = () => Promise<readonly Letter[]>;
interface Waiting {
  work: Work;
  tries: number;
  /** Digest of the address: the log names nobody. */
  account: string | null;
}

/** The queue in front of a mailer, in memory: bounded, with a few more tries for what fails. */
export function createPost(options: PostOptions): Post {
  const { send, digest, log, retries = RETRIES, most = 1_000, pause = somewhatLater } = options;
  const line: Waiting[] = [];
  const resting = new Map<Waiting, NodeJS.Timeout>();
  let busy = 0;
  let isStopping = false;
  let isIdle = () => {};

  const lost = ({ account, tries }: Waiting, why: string) =>
    log.error({ event: "mail_not_sent", account, tries, why }, "a letter was not sent");

  const attempt = async (waiting: Waiting) => {
    try {
      for (const letter of await waiting.work()) post(letter);
    } catch (error) {
      const pause = retries[waiting.tries++];
      if (pause === undefined || isStopping || !mayPassLater(error)) return lost(waiting, reasonOf(error));
      // Beside the line: a letter that fails does not hold the others up.
      resting.set(waiting, setTimeout(() => wake(waiting), pause).unref());
    }
  };
  const wake = (waiting: Waiting) => {
    clearTimeout(resting.get(waiting));
    resting.delete(waiting);
    line.push(waiting);
    work();
  };
  const work = () => {
    while (busy < AT_ONCE) {
      const waiting = line.shift();
      if (!waiting) break;
      busy++;
      void attempt(waiting).finally(() => {
        busy--;
        work();
      });
    }
    if (busy === 0) isIdle();
  };
  const take = (waiting: Waiting) => {
    if (line.length + resting.size + busy >= most) return lost(waiting, "QUEUE_FULL");
    // A pause of its own: who joined another's would begin before the own answer is on its way.
    if (isStopping) wake(waiting);
    else resting.set(waiting, setTimeout(() => wake(waiting), pause()).unref());
  };
  const post = (letter: Letter) =>
    take({ work: () => send(letter).then(() => []), tries: 0, account: digest("account", letter.to) });
  return {
    post,
    later: (compose) => take({ work: compose, tries: 0, account: null }),
    stop: () =>
      new Promise((resolve) => {
        isStopping = true;
        isIdle = resolve;
        for (const waiting of [...resting.keys()]) wake(waiting);
        work();
      }),
  };
}

/** What a mail server refuses for good, and what we must not send, is not tried again. */
function mayPassLater(error: unknown): boolean {
  const { name, responseCode } = error as { name?: string; responseCode?: number };
  return name !== "UnfitLetter" && !(responseCode !== undefined && responseCode >= 500);
}

/** Codes only: a mail server's words can hold the address. */
function reasonOf(error: unknown): string {
  const { name, code, responseCode } = error as { name?: string; code?: string; responseCode?: number };
  return [code ?? name, responseCode].filter(Boolean).join(" ") || "UNKNOWN";
}
