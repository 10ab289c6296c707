import type { ServerResponse } from "node:http";

/** Places for work of one kind, so many at once, and a line in front of them. Whoever took a place gives it back once. */
export interface Places {
  /** Takes a place, when one is free and nobody waits for it. */
  take(): boolean;
  /** Waits for a place: whether it was had. Not by whom it took too long, nor by whom has gone. */
  wait(response: Pick<ServerResponse, "destroyed">): Promise<boolean>;
  give(): void;
  /** Whether the line is as long as it may be while more comes than can be done. */
  isLong(): boolean;
  /** Whether it is that long and more does come: whoever asks is refused, and counts as such. */
  isOverrun(): boolean;
}

interface PlacesOptions {
  /** Works under way at once. */
  atOnce: number;
  /** Most that wait while more comes than can be done. */
  standing: number;
  /** Milliseconds that anybody waits at most. */
  longest: number;
}

interface Waiting {
  response: Pick<ServerResponse, "destroyed">;
  /** When it came, in milliseconds of `performance.now`. */
  since: number;
  settle(isIn: boolean): void;
}

/** A line that is not empty for so many milliseconds is no burst; it is over when for as long nobody had to be refused. */
const STANDS_MS = 500;

/**
 * First come, first served. A burst is let in, and waits for up to `longest`. A line that stands does no more work than a
 * short one, it only adds its length to every answer: then who comes is refused at the door while `standing` wait.
 */
export function createPlaces({ atOnce, standing, longest }: PlacesOptions): Places {
  const line: Waiting[] = [];
  let busy = 0;
  let waitsSince = 0;
  let refusedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  /** Who is behind has waited less: one timer serves the whole line. */
  const expire = () => {
    timer = undefined;
    const now = performance.now();
    while (line[0] && now - line[0].since >= longest) {
      refusedAt = now;
      line.shift()?.settle(false);
    }
    if (line[0]) timer = setTimeout(expire, Math.ceil(line[0].since + longest - now)).unref();
  };

  return {
    take() {
      if (busy >= atOnce || line.length > 0) return false;
      busy++;
      return true;
    },
    wait(response) {
      const since = performance.now();
      if (line.length === 0) waitsSince = since;
      if (!timer) timer = setTimeout(expire, longest).unref();
      return new Promise((settle) => line.push({ response, since, settle }));
    },
    give() {
      for (let next = line.shift(); next; next = line.shift()) {
        next.settle(!next.response.destroyed);
        // The place is handed on, and stays taken: nobody can slip in between.
        if (!next.response.destroyed) return;
      }
      busy--;
    },
    isLong: () => line.length >= standing,
    isOverrun() {
      if (line.length < standing) return false;
      const now = performance.now();
      if (now - waitsSince < STANDS_MS && now - refusedAt > STANDS_MS) return false;
      refusedAt = now;
      return true;
    },
  };
}
