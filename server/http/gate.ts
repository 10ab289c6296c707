import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { limitError, type PublicError } from "@/server/guard/errors";
import type { Limiter, Verdict } from "@/server/guard/limiter";
import { createAdmission } from "@/server/http/admission";
import {
  BUSY,
  CROSS_SITE,
  errorBody,
  FORGED,
  HTTPS_ONLY,
  INTERNAL,
  isCrossSite,
  PAGES_ARE_READ,
} from "@/server/http/answers";
import { faultOfBody, readBody } from "@/server/http/body";
import { challengeFor } from "@/server/http/challenge";
import { cameByHttp, clientAddress, isFromProxy, trustedProxies } from "@/server/http/client-address";
import { handOn, presentedCertificate, UNTRUSTED } from "@/server/http/client-certificate";
import { allowOrigin, answerPreflight } from "@/server/http/cors";
import { renewOnTheWay } from "@/server/http/current-signatures";
import { createDoor, mountFinder } from "@/server/http/door";
import { answerBy, type CallAnswer, callOf } from "@/server/http/exchange";
import { API_CSP, securityHeaders, stripHeaders } from "@/server/http/headers";
import { boundInFlight } from "@/server/http/in-flight";
import { limitHeaders } from "@/server/http/limit-headers";
import type { Mount } from "@/server/http/mount";
import { isStream, sendAnswer, sendRefusal, sendWebResponse, toWebRequest } from "@/server/http/node-adapter";
import { openAnswers } from "@/server/http/open-answers";
import type { Stage } from "@/server/http/refusals";
import { faultOfForm, faultOfWrite, isSafe, METHODS, traceId } from "@/server/http/request-form";
import type { Certificates } from "@/server/identity/keys/certificate";
import type { Runtime } from "@/server/runtime";

/** What is known of a request that is refused. */
interface Refused {
  mount?: Mount | undefined;
  requestId: string;
  address: string;
  /** The budget that was spent, where that is why. */
  spent?: Verdict;
}

export interface GateOptions {
  /** Names under which we are reached, with their ports. */
  hosts: ReadonlySet<string>;
  origins: readonly string[];
  /** Other sites whose pages may call, with a credential of their own. */
  corsOrigins: readonly string[];
  baseUrl: string;
  proxies: readonly string[];
  /** Client certificates that proxies of ours hand on. */
  certificates: Pick<Certificates, "header" | "vouch">;
  maxInFlight: number;
  /** Calls of procedures at work at once. */
  maxCalls: number;
  /** Spends the budget of the client's network. */
  floor: Limiter["floor"];
  mounts: readonly Mount[];
  pages: RequestListener;
  isForged(cookie: string | undefined): boolean;
  /** Cookies that an earlier secret signed, under the current one. */
  renewCookies: Runtime["renewCookies"];
  /** What is wrong with the token of an Authorization header. */
  faultOfToken: Runtime["tokens"]["faultOf"];
  /** Told of each refusal of the gate itself, and which check it was. */
  onRefused(error: PublicError, at: { stage: Stage; requestId: string; address: string | null }): void;
  reportFailure(error: unknown, where: { requestId: string; path: string | undefined }): void;
}

export interface Gate {
  listener: RequestListener;
  inFlight(): number;
  /** Ends streams; what else is under way goes on to its end, and then its connection closes. */
  drain(isLate: (socket: Socket) => boolean): void;
}

/**
 * Every request passes here, in our server as in front of Next. Cheap refusals come first: budget of the network, form, place, credential's
 * form, origin, size; only then does anything look at what the caller wants.
 */
export function createGate(options: GateOptions): Gate {
  const places = boundInFlight(options.maxInFlight);
  const admission = createAdmission(options);
  const proxies = trustedProxies(options.proxies);
  const ends = new WeakMap<ServerResponse, AbortController>();
  const open = openAnswers();
  let isLate: ((socket: Socket) => boolean) | undefined;
  const isHttps = options.baseUrl.startsWith("https://");
  const headers = securityHeaders(isHttps);
  const ofEveryAnswer = Object.entries(headers);
  const { certificates } = options;
  const mountOf = mountFinder(options.mounts);
  const isTurnedAway = createDoor(options, { admission, mountOf, headers });

  const addressOf = (request: IncomingMessage) => {
    const forwarded = flat(request.headers["x-forwarded-for"]);
    return clientAddress(request.socket.remoteAddress ?? "", forwarded, proxies);
  };
  /** Without a stage it leaves no evidence: it is a mistake of the caller's, or has left its own. */
  const refuse = (response: ServerResponse, error: PublicError, at: Refused, stage?: Stage) => {
    const { mount, requestId, address, spent } = at;
    if (spent)
      for (const [name, value] of Object.entries(limitHeaders([spent]))) response.setHeader(name, value);
    if (stage) options.onRefused(error, { stage, requestId, address });
    const challenge =
      mount?.wantsCredential && challengeFor(error.httpStatus, response.req.headers.authorization);
    if (challenge) response.setHeader("www-authenticate", challenge);
    sendRefusal(response, error, (mount?.envelope ?? errorBody)(error, requestId));
  };

  const serve = async (
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    leave: () => void,
  ) => {
    const address = addressOf(request);
    const mount = mountOf(request.url ?? "");
    const at = { mount, requestId, address };
    if (mount) response.setHeader("content-security-policy", API_CSP);
    if (mount?.crossOrigin) allowOrigin(request, response, options.corsOrigins);
    const floor = options.floor(address);
    if (floor.outcome !== "within")
      return refuse(response, limitError(floor.outcome), { ...at, spent: floor }, "floor");
    const fault = faultOfForm(request, options.hosts, mount?.methods);
    if (fault?.httpStatus === 405) response.setHeader("allow", methodsOf(mount).join(", "));
    if (fault) return refuse(response, fault, at, "form");
    const peer = request.socket.remoteAddress ?? "";
    if (isHttps && cameByHttp(peer, flat(request.headers["x-forwarded-proto"]), proxies))
      return sendToHttps(request, response, at);
    const certificate = presentedCertificate(request, certificates, isFromProxy(peer, proxies));
    if (certificate === "refused") return refuse(response, UNTRUSTED, at, "certificate");
    stripHeaders(request, address);
    handOn(request, certificates.header, certificate);
    renewOnTheWay(request, response, options.renewCookies);
    if (!mount) return servePage(request, response, at);
    if (request.method === "OPTIONS") return answerPreflight(response, methodsOf(mount));
    const refused = faultOfApi(request, mount);
    if (refused) return refuse(response, refused.error, at, refused.stage);
    const { authorization } = request.headers;
    const fate = mount.wantsCredential && authorization && options.faultOfToken(authorization);
    const wrong = fate instanceof Promise ? await fate : fate;
    if (wrong) return refuse(response, { ...FORGED, code: wrong }, at, "token");
    const spent = mount.spentBudget?.(callOf(request, null), requestId);
    if (spent) return refuse(response, limitError("over"), { ...at, spent });
    const body = isSafe(request) ? null : await readBody(request);
    const unread = faultOfBody(body);
    if (unread) return refuse(response, unread, at);
    const work = mount.places && admission[mount.places];
    if (work && !work.take() && !(await work.wait(response))) return refuse(response, BUSY, at, "place");
    const web = () => webRequest(request, response, body as Buffer | null);
    let answer: CallAnswer | Response;
    try {
      answer = await answerBy(mount, callOf(request, body as Buffer | null), web, requestId);
    } finally {
      // Before the answer is read: whoever reads slowly keeps nobody from the work.
      work?.give();
    }
    if (!(answer instanceof Response)) return sendAnswer(answer, response);
    // Streams have places of their own: those who listen must not keep out those who ask.
    if (isStream(answer)) leave();
    return sendWebResponse(answer, response);
  };

  /** What was sent in the clear has been read by others: a write is refused, so that its sender learns of it. */
  const sendToHttps = (request: IncomingMessage, response: ServerResponse, at: Refused) => {
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, HTTPS_ONLY, at);
    response.setHeader("cache-control", "no-store");
    response.writeHead(308, { location: options.baseUrl + request.url }).end();
  };

  const servePage = async (request: IncomingMessage, response: ServerResponse, at: Refused) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return refuse(response, PAGES_ARE_READ, at);
    }
    const { pages } = admission;
    if (!pages.take() && !(await pages.wait(response))) return refuse(response, BUSY, at, "place");
    response.once("close", pages.give);
    return options.pages(request, response);
  };

  /** What the head of a request to the API says against it. */
  const faultOfApi = (
    request: IncomingMessage,
    mount: Mount,
  ): { error: PublicError; stage: Stage } | undefined => {
    if (mount.wantsCredential && options.isForged(request.headers.cookie))
      return { error: FORGED, stage: "credential" };
    const error = isFromElsewhere(request, mount, options) ? CROSS_SITE : faultOfWrite(request);
    return error && { error, stage: "write" };
  };

  const webRequest = (request: IncomingMessage, response: ServerResponse, body: Buffer | null) => {
    const end = new AbortController();
    response.once("close", () => end.abort());
    if (isLate) end.abort();
    // Not by a signal of the process: each that follows one leaves a reference there for as long as it lives.
    ends.set(response, end);
    return toWebRequest(request, { origin: options.baseUrl, body, signal: end.signal });
  };

  const listener: RequestListener = (request, response) => {
    if (!isLate && isTurnedAway(request, response)) return;
    const requestId = traceId(flat(request.headers.traceparent)) ?? randomUUID();
    for (const [name, value] of ofEveryAnswer) response.setHeader(name, value);
    response.setHeader("x-request-id", requestId);
    if (isLate) response.setHeader("connection", "close");
    open.add(response);
    const leave = isLate?.(request.socket) ? undefined : places.enter();
    if (!leave) {
      response.setHeader("retry-after", "1");
      return refuse(response, BUSY, { requestId, address: addressOf(request) }, "place");
    }
    response.once("close", leave);
    serve(request, response, requestId, leave).catch((error: unknown) => {
      options.reportFailure(error, { requestId, path: request.url?.split("?")[0] });
      if (response.headersSent) response.destroy();
      else sendRefusal(response, INTERNAL, errorBody(INTERNAL, requestId));
    });
  };
  const drain: Gate["drain"] = (late) => {
    isLate = late;
    for (const response of open.all()) {
      if (!response.headersSent) response.setHeader("connection", "close");
      ends.get(response)?.abort();
    }
  };
  return { listener, inFlight: places.count, drain };
}

/** Writes of a page of another site, and whatever such a page asks with a cookie, which could speak for a person. */
function isFromElsewhere(request: IncomingMessage, { crossOrigin }: Mount, options: GateOptions): boolean {
  const { origin, cookie } = request.headers;
  if (isSafe(request) && (origin === undefined || cookie === undefined)) return false;
  const sender = { origin, cookie, site: flat(request.headers["sec-fetch-site"]) };
  return isCrossSite(sender, options.origins, crossOrigin ? options.corsOrigins : []);
}

const methodsOf = (mount: Mount | undefined) => [...METHODS, ...(mount?.methods ?? [])];
const flat = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(",") : value);
