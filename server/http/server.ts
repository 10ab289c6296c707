import { randomUUID } from "node:crypto";
import { createServer, type RequestListener, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type PublicError, UNAVAILABLE } from "@/server/guard/errors";
import { errorBody, errorResponse } from "@/server/http/answers";
import { API_CSP, securityHeaders } from "@/server/http/headers";
import { sendWebResponse } from "@/server/http/node-adapter";

/** Sizes in bytes, times in milliseconds: what a slow or talkative peer may take from us. */
export const SERVER_LIMITS = {
  maxHeaderSize: 16_384,
  /** Until the headers are whole, or anything was said at all. */
  headersTimeout: 10_000,
  /** Until the body is whole. */
  requestTimeout: 30_000,
  /** Between two requests of a connection. */
  keepAliveTimeout: 10_000,
  /** Between two looks for connections that are over the first two. */
  connectionsCheckingInterval: 2_000,
};

export type ServerLimits = typeof SERVER_LIMITS;

interface ServerOptions {
  limits?: ServerLimits;
  https: boolean;
  /** Next's reload in development is a protocol switch; nothing else is one. */
  allowUpgrade: boolean;
}

export interface GuardedServer {
  server: Server;
  /** Hands requests on from now on; until then each is told to come again. */
  serve(listener: RequestListener): void;
}

const refusal = (httpStatus: number, code: string, message: string): PublicError => ({
  httpStatus,
  code,
  message,
});
const MALFORMED = refusal(400, "BAD_REQUEST", "This is no well-formed HTTP request.");
const NO_SWITCH = refusal(400, "BAD_REQUEST", "No other protocol is spoken here.");
const NO_TUNNEL = refusal(405, "METHOD_NOT_SUPPORTED", "This method is not supported here.");
const NO_EXPECTATION = refusal(417, "EXPECTATION_FAILED", "This expectation is not met here.");
const BY_CODE: Record<string, PublicError> = {
  HPE_HEADER_OVERFLOW: refusal(431, "HEADERS_TOO_LARGE", "The headers are too large."),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: refusal(413, "PAYLOAD_TOO_LARGE", "The request is too large."),
  ERR_HTTP_REQUEST_TIMEOUT: refusal(408, "REQUEST_TIMEOUT", "The request took too long to arrive."),
};

/** Our HTTP server, with an end to whoever is slow, and our envelope for what is no request of HTTP. */
export function createGuardedServer({
  limits = SERVER_LIMITS,
  https,
  allowUpgrade,
}: ServerOptions): GuardedServer {
  const headers = { ...securityHeaders(https), "content-security-policy": API_CSP };
  let listener: RequestListener = (_, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader("retry-after", "1");
    void sendWebResponse(errorResponse(UNAVAILABLE, randomUUID()), response);
  };
  // The gate says itself that a request names no host, in the envelope.
  const server = createServer({ ...limits, requireHostHeader: false }, (...exchange) =>
    listener(...exchange),
  );
  server.on("checkExpectation", (_, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    void sendWebResponse(errorResponse(NO_EXPECTATION, randomUUID()), response);
  });
  server.on("connect", (_, socket) => answerRaw(socket, NO_TUNNEL, headers));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET" || !socket.writable || isAnswering(socket)) return socket.destroy();
    answerRaw(socket, BY_CODE[error.code ?? ""] ?? MALFORMED, headers);
  });
  return {
    server,
    serve(next) {
      listener = next;
      // Next listens too, when it is given the server.
      if (!allowUpgrade)
        server
          .removeAllListeners("upgrade")
          .on("upgrade", (_, socket) => answerRaw(socket, NO_SWITCH, headers));
    },
  };
}

/** Whether an answer is under way on a socket: a second one within it would be taken for a part of it. */
function isAnswering(socket: Duplex): boolean {
  const { _httpMessage: message } = socket as { _httpMessage?: { headersSent: boolean } | null };
  return message?.headersSent === true;
}

/** An answer to what never became a request; then the connection ends. */
function answerRaw(socket: Duplex, error: PublicError, headers: Record<string, string>): void {
  const requestId = randomUUID();
  const body = JSON.stringify(errorBody(error, requestId));
  const lines = Object.entries({
    ...headers,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    "cache-control": "no-store",
    "x-request-id": requestId,
    connection: "close",
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on("error", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${error.httpStatus} ${STATUS_CODES[error.httpStatus]}\r\n${lines.join("")}\r\n${body}`,
    // Whoever does not read it does not keep us.
    () => socket.destroy(),
  );
}
