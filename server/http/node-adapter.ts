import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { PublicError } from "@/server/guard/errors";
import type { CallAnswer } from "@/server/http/exchange";

/** The Web form of a request whose body has been read. `signal` aborts when the caller goes away. */
export function toWebRequest(
  request: IncomingMessage,
  { origin, body, signal }: { origin: string; body: Buffer | null; signal: AbortSignal },
): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === "string") headers.set(name, value);
    else if (value) for (const one of value) headers.append(name, one);
  }
  const method = request.method ?? "GET";
  const init = { method, headers, signal };
  return new Request(
    new URL(request.url ?? "/", origin),
    body ? { ...init, body: new Uint8Array(body) } : init,
  );
}

/** Sends a refusal of the gate itself: without a Web answer between, because whoever floods us ends here. */
export function sendRefusal(response: ServerResponse, { httpStatus }: PublicError, body: object): void {
  const text = JSON.stringify(body);
  if (httpStatus === 503 && !response.hasHeader("retry-after")) response.setHeader("retry-after", "1");
  response.writeHead(httpStatus, {
    "cache-control": "no-store",
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Sends a whole answer; headers that the gate set stay, and those of the answer come on top. */
export function sendAnswer(
  { status, headers: { vary, ...headers }, text }: CallAnswer,
  response: ServerResponse,
): void {
  if (vary) response.appendHeader("vary", vary);
  response.statusCode = status;
  // Not handed to writeHead: who looks at what goes out, as the renewal of cookies does, sees headers that are set.
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (text !== null) response.setHeader("content-length", Buffer.byteLength(text));
  response.end(text ?? undefined);
}

/** Sends a Web answer; headers that the gate set stay, and those of the answer come on top. */
export async function sendWebResponse(answer: Response, response: ServerResponse): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) if (!NOT_COPIED.has(name)) response.setHeader(name, value);
  const vary = answer.headers.get("vary");
  if (vary) response.appendHeader("vary", vary);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  if (!answer.body) {
    response.end();
    return;
  }
  if (!isStream(answer)) {
    response.end(Buffer.from(await answer.arrayBuffer()));
    return;
  }
  // Every stream is pinged: one that takes nothing for so long has gone, or reads too slowly to be worth its place.
  response.setTimeout(STREAM_SILENCE_MS, () => response.destroy());
  response.flushHeaders();
  await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), response).catch(
    () => {
      response.destroy();
    },
  );
}

/** Cookies are several headers of one name, `vary` adds up, and whether the connection goes on is said by who holds it. */
const NOT_COPIED = new Set(["set-cookie", "connection", "vary"]);
const STREAM_SILENCE_MS = 60_000;

/** Whether an answer goes on for as long as somebody listens. */
export const isStream = (answer: Response): boolean =>
  answer.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
