import type { IncomingMessage, ServerResponse } from "node:http";

const REQUEST_HEADERS = [
  "content-type",
  "authorization",
  "x-api-key",
  "x-workspace-id",
  "idempotency-key",
  "traceparent",
  "last-event-id",
].join(", ");
const ANSWER_HEADERS = [
  "x-request-id",
  "retry-after",
  "ratelimit",
  "ratelimit-policy",
  "idempotency-replayed",
  "www-authenticate",
].join(", ");
/** Seconds for which a browser need not ask again. */
const MAX_AGE = "600";

/**
 * Lets pages of the listed origins read an answer. There is no `allow-credentials`, and will be none: our cookies are for
 * our own pages, and whoever calls from elsewhere brings a credential of its own.
 */
export function allowOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  listed: readonly string[],
): void {
  if (listed.length === 0) return;
  // Also where it is not allowed: a cache must not give one origin's answer to another.
  response.appendHeader("vary", "Origin");
  const { origin } = request.headers;
  if (origin === undefined || !listed.includes(origin)) return;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-expose-headers", ANSWER_HEADERS);
}

/** Answers OPTIONS: to a page of a listed origin what it may send, to anybody else nothing. */
export function answerPreflight(response: ServerResponse, methods: readonly string[]): void {
  response.setHeader("allow", methods.join(", "));
  if (response.hasHeader("access-control-allow-origin")) {
    response.setHeader(
      "access-control-allow-methods",
      methods.filter((name) => name !== "OPTIONS").join(", "),
    );
    response.setHeader("access-control-allow-headers", REQUEST_HEADERS);
    response.setHeader("access-control-max-age", MAX_AGE);
  }
  response.writeHead(204).end();
}
