import type { ServerResponse } from "node:http";

/** The answers that are not ended yet. */
export interface OpenAnswers {
  /** Keeps an answer until its connection closes or it ends. */
  add(response: ServerResponse): void;
  all(): readonly ServerResponse[];
}

/**
 * An array with places that are taken again, not a Set: a Set under churn is laid anew every few dozen requests, and each
 * of its former tables that has grown old keeps the next ones alive, with the requests in them, until a full collection.
 */
export function openAnswers(): OpenAnswers {
  const places: (ServerResponse | undefined)[] = [];
  const free: number[] = [];
  return {
    add(response) {
      const place = free.pop() ?? places.length;
      places[place] = response;
      response.once("close", () => {
        places[place] = undefined;
        free.push(place);
      });
    },
    all: () => places.filter((response) => response !== undefined),
  };
}
