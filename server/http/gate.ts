import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { limitError, type PublicError } from "@/server/guard/errors";
import type { Limiter } from "@/server/guard/limiter";
import { CROSS_SITE, errorResponse, JSON_ONLY } from "@/server/http/answers";
import { isShallow, MAX_BODY, readBody } from "@/server/http/body";
import { clientAddress, trustedProxies } from "@/server/http/client-address";
import { API_CSP, securityHeaders, stripHeaders } from "@/server/http/headers";
import { boundInFlight } from "@/server/http/in-flight";
import { limitHeaders } from "@/server/http/limit-headers";
import { sendWebResponse, toWebRequest } from "@/server/http/node-adapter";
import { faultOfForm } from "@/server/http/request-form";

/** One part of the API: everything below a path. */
export interface Mount {
  prefix: string;
  handle(request: Request, requestId: string): Promise<Response>;
  /** Whether a forged credential is refused before this part looks; signing in must work with a stale one. */
  wantsCredential: boolean;
  /** The envelope in which this part answers a refusal. */
  refuse(error: PublicError, requestId: string): Response;
}

interface GateOptions {
  /** Names under which we are reached, with their ports. */
  hosts: ReadonlySet<string>;
  origins: readonly string[];
  baseUrl: string;
  proxies: readonly string[];
  maxInFlight: number;
  /** Spends the budget of the client's network. */
  floor: Limiter["floor"];
  mounts: readonly Mount[];
  pages: RequestListener;
  isForged(cookie: string | undefined): boolean;
  reportFailure(error: unknown, where: { requestId: string; path: string | undefined }): void;
}

const JSON_MALFORMED: PublicError = {
  httpStatus: 400,
  code: "BAD_REQUEST",
  message: "The request is not well formed.",
};
const TOO_LARGE: PublicError = {
  httpStatus: 413,
  code: "PAYLOAD_TOO_LARGE",
  message: "The request is too large.",
};
const TOO_DEEP: PublicError = {
  httpStatus: 400,
  code: "BAD_REQUEST",
  message: "The request is nested too deeply.",
};
const BUSY: PublicError = {
  httpStatus: 503,
  code: "SERVICE_UNAVAILABLE",
  message: "Too much to do now. Try again shortly.",
};
const NOT_A_PAGE_METHOD: PublicError = {
  httpStatus: 405,
  code: "METHOD_NOT_SUPPORTED",
  message: "Pages are read.",
};
const INTERNAL: PublicError = {
  httpStatus: 500,
  code: "INTERNAL_SERVER_ERROR",
  message: "Something went wrong on our side.",
};

const FORGED: PublicError = { httpStatus: 401, code: "UNAUTHORIZED", message: "Sign in to go on." };

export interface Gate {
  listener: RequestListener;
  inFlight(): number;
  /** Ends streams; what else is under way goes on to its end. */
  abortStreams(): void;
}

/**
 * Every request passes here, in our server as in front of Next. Cheap refusals come first: budget of the network, form, place, credential's
 * form, origin, size; only then does anything look at what the caller wants.
 */
export function createGate(options: GateOptions): Gate {
  const places = boundInFlight(options.maxInFlight);
  const proxies = trustedProxies(options.proxies);
  const streams = new AbortController();
  const headers = securityHeaders(options.baseUrl.startsWith("https://"));

  const serve = async (request: IncomingMessage, response: ServerResponse, requestId: string) => {
    const forwarded = flat(request.headers["x-forwarded-for"]);
    const address = clientAddress(request.socket.remoteAddress ?? "", forwarded, proxies);
    const mount = options.mounts.find(({ prefix }) => isBelow(request.url ?? "", prefix));
    const refuse = mount?.refuse ?? errorResponse;
    if (mount) response.setHeader("content-security-policy", API_CSP);
    const floor = options.floor(address);
    if (floor.outcome !== "within") {
      for (const [name, value] of Object.entries(limitHeaders([floor]))) response.setHeader(name, value);
      return sendWebResponse(refuse(limitError(floor.outcome), requestId), response);
    }
    const fault = faultOfForm(request, options.hosts);
    if (fault) return sendWebResponse(refuse(fault, requestId), response);
    stripHeaders(request, address);
    if (!mount) return servePage(request, response, requestId);
    const answer = await serveApi(mount, request, response, requestId);
    return sendWebResponse(answer, response);
  };

  const servePage = (request: IncomingMessage, response: ServerResponse, requestId: string) => {
    if (request.method === "GET" || request.method === "HEAD") return options.pages(request, response);
    response.setHeader("allow", "GET, HEAD");
    return sendWebResponse(errorResponse(NOT_A_PAGE_METHOD, requestId), response);
  };

  const serveApi = async (
    mount: Mount,
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ) => {
    if (mount.wantsCredential && options.isForged(request.headers.cookie))
      return mount.refuse(FORGED, requestId);
    const refused = faultOfWrite(request, options.origins);
    if (refused) return mount.refuse(refused, requestId);
    const body = request.method === "POST" ? await readBody(request) : null;
    if (body === "PAYLOAD_TOO_LARGE") return mount.refuse(TOO_LARGE, requestId);
    if (typeof body === "string") return mount.refuse(JSON_MALFORMED, requestId);
    if (body && !isShallow(body)) return mount.refuse(TOO_DEEP, requestId);
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const signal = AbortSignal.any([gone.signal, streams.signal]);
    return mount.handle(toWebRequest(request, { origin: options.baseUrl, body, signal }), requestId);
  };

  const listener: RequestListener = (request, response) => {
    const requestId = traceId(flat(request.headers.traceparent)) ?? randomUUID();
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader("x-request-id", requestId);
    const leave = places.enter();
    if (!leave) {
      response.setHeader("retry-after", "1");
      void sendWebResponse(errorResponse(BUSY, requestId), response);
      return;
    }
    response.once("close", leave);
    serve(request, response, requestId).catch((error: unknown) => {
      options.reportFailure(error, { requestId, path: request.url?.split("?")[0] });
      if (response.headersSent) response.destroy();
      else void sendWebResponse(errorResponse(INTERNAL, requestId), response);
    });
  };
  return { listener, inFlight: places.count, abortStreams: () => streams.abort() };
}

/** Writes carry JSON only, and, where a cookie could speak for a person, come from a page of ours. */
function faultOfWrite(request: IncomingMessage, origins: readonly string[]): PublicError | undefined {
  if (request.method !== "POST") return undefined;
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > MAX_BODY) return TOO_LARGE;
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") return JSON_ONLY;
  const origin = request.headers.origin;
  if (origin !== undefined) return origins.includes(origin) ? undefined : CROSS_SITE;
  const site = request.headers["sec-fetch-site"];
  return site === "cross-site" || site === "same-site" ? CROSS_SITE : undefined;
}

const isBelow = (url: string, prefix: string) =>
  url.startsWith(prefix) && /^(?:$|[/?])/.test(url.slice(prefix.length));
const flat = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(",") : value);

/** The trace id of a well-formed W3C traceparent. */
function traceId(traceparent: string | undefined): string | undefined {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent ?? "")?.[1];
}
