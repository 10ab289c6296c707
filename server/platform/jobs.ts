export interface Job {
  /** Waits for the run under way, then runs once more. */
  stop(): Promise<void>;
}

interface JobOptions {
  /** Milliseconds between the end of a run and the next. */
  every: number;
  work(): Promise<unknown>;
  /** Told of the first of several failures in a row: an outage is one event, not one a second. */
  failed(error: unknown): void;
}

/** Does the same work again and again, one run at a time. Keeps no process alive. */
export function repeat({ every, work, failed }: JobOptions): Job {
  let failing = false;
  let stopped = false;
  let timer: NodeJS.Timeout;
  let running = Promise.resolve();
  const run = async () => {
    try {
      await work();
      failing = false;
    } catch (error) {
      if (!failing) failed(error);
      failing = true;
    }
  };
  const schedule = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = run().then(schedule);
    }, every).unref();
  };
  schedule();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
      await run();
    },
  };
}
