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

  /** The promise of `work`, which `rejectAll` can reject before `work` does. `explain` turns its error into the caller's. */
  track<T>(work: Promise<T>, explain: (error: unknown) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#rejects.add(reject);
      this.#timer ??= setTimeout(this.#onSilence, this.#patienceMs);
      work.then(resolve, (error) => reject(explain(error))).finally(() => this.#answered(reject));
    });
  }

  rejectAll(reason: unknown): void {
    for (const reject of this.#rejects) {
      reject(reason);
      this.#answered(reject);
    }
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
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
