import type { Reply } from "@/db/transaction/lease";

type Reject = (reason: unknown) => void;

/** The statements that have no answer yet, and the patience with which they are awaited. */
export class Waiting {
  readonly #rejects = new Set<Reject>();
  readonly #patienceMs: number;
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;

  /** `onSilence` is called when statements have waited for `patienceMs`. */
  constructor(patienceMs: number, onSilence: () => void) {
    this.#patienceMs = patienceMs;
    this.#onSilence = onSilence;
  }

  /** The answer that `send` is to hand on, which `rejectAll` can reject before. */
  track(send: (reply: Reply) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#rejects.add(reject);
      this.#timer ??= setTimeout(this.#onSilence, this.#patienceMs);
      const reply: Reply = {
        resolve: (rows) => {
          resolve(rows);
          this.#answered(reject);
        },
        reject: (reason) => {
          reject(reason);
          this.#answered(reject);
        },
      };
      try {
        send(reply);
      } catch (error) {
        reply.reject(error);
      }
    });
  }

  rejectAll(reason: unknown): void {
    for (const reject of this.#rejects) {
      reject(reason);
      this.#answered(reject);
    }
  }

  get isQuiet(): boolean {
    return this.#rejects.size === 0;
  }

  /** Resolves when no statement waits. */
  async quiet(): Promise<void> {
    if (this.#rejects.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  #answered(reject: Reject): void {
    this.#rejects.delete(reject);
    if (this.#rejects.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wake?.();
  }
}

/** Settles as `answer` does, or rejects after `ms`. */
export function inTime<T>(answer: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    const settled =
      <Value>(settle: (value: Value) => void) =>
      (value: Value) => {
        clearTimeout(timer);
        settle(value);
      };
    answer.then(settled(resolve), settled(reject));
  });
}
