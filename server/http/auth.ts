import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { PublicError } from "@/server/guard/errors";
import { invalidInput, limitError, publicError, UNAVAILABLE } from "@/server/guard/errors";
import { isFresh, STEP_UP_REQUIRED } from "@/server/guard/fresh";
import {
  CROSS_SITE,
  errorResponse,
  isCrossSite,
  isJson,
  JSON_ONLY,
  MALFORMED,
  NOT_FOUND,
  senderOf,
  TOO_LARGE,
} from "@/server/http/answers";
import { asTold, onBeat } from "@/server/http/auth-beat";
import { answeredBefore } from "@/server/http/auth-behind";
import { costsOf } from "@/server/http/auth-limits";
import { AUTH_ROUTES, type AuthRoute } from "@/server/http/auth-routes";
import { CALLBACK_PATH, isServed } from "@/server/http/auth-routes-oidc";
import { appendRenewed, withCurrentSignatures } from "@/server/http/current-signatures";
import { limitHeaders } from "@/server/http/limit-headers";
import { narrowed, toPage } from "@/server/http/oidc-callback";
import { answerOwn } from "@/server/http/own-auth-answers";
import { eventOfAuth } from "@/server/http/refusals";
import { secondStepAnswer, waitingAccount } from "@/server/http/second-step";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { isUnauthenticated, type Principal } from "@/server/identity/identity";
import type { Runtime } from "@/server/runtime";

const BASE = "/api/auth";
const MAX_BODY = 16 * 1024;

const TOO_COMMON: PublicError = {
  code: "PASSWORD_TOO_COMMON",
  httpStatus: 400,
  message: "This password is among the first that somebody would try. Choose another.",
};
/** A request on its way to Better Auth, with what is known of it so far. */
interface Visit {
  runtime: Runtime;
  route: AuthRoute;
  requestId: string;
  address: string | null;
  account: string | null;
  caller: Principal | null;
}

/** Serves /api/auth: the routes of our table reach Better Auth, with a body of their schema; all else is 404. */
export async function handleAuth(
  runtime: Runtime,
  request: Request,
  requestId: string = randomUUID(),
): Promise<Response> {
  const path = new URL(request.url).pathname.slice(BASE.length);
  const route = AUTH_ROUTES.find((entry) => isAt(entry.path, path) && entry.method === request.method);
  if (!route || !isServed(route.path, runtime.env.oidc)) return errorResponse(NOT_FOUND, requestId);
  const address = request.headers.get(CLIENT_ADDRESS_HEADER);
  const visit: Visit = { runtime, route, requestId, address, account: null, caller: null };
  if (request.method === "POST" && isCrossSite(senderOf(request), runtime.origins))
    return refuse(visit, CROSS_SITE);
  if (route.path === CALLBACK_PATH) {
    const answer = await handled(visit, narrowed(request), path);
    return toPage(answer, runtime.env.baseUrl, (error) => void refuse(visit, error));
  }
  return handled(visit, request, path);
}

async function handled(visit: Visit, request: Request, path: string): Promise<Response> {
  const { runtime, requestId } = visit;
  try {
    const current = withCurrentSignatures(runtime, request);
    return appendRenewed(await admitted(visit, current.request), current.renewed);
  } catch (error) {
    runtime.reportFailure(error, { requestId, path: `auth${path}` });
    return errorResponse(publicError(error), requestId);
  }
}

/** Whether a path is that of a route; `:id` stands for one part. */
const isAt = (route: string, path: string) =>
  route.endsWith("/:id") ? /^[\w-]{1,64}$/.test(afterOf(path, route.slice(0, -3))) : route === path;
const afterOf = (path: string, start: string) => (path.startsWith(start) ? path.slice(start.length) : "");

async function admitted(visit: Visit, request: Request): Promise<Response> {
  const { runtime, route, address } = visit;
  const passed = route.body ? await checked(runtime, request, route, route.body) : { request, account: null };
  if (!("request" in passed)) return refuse(visit, passed);
  const account = route.secondStep ? await waitingAccount(runtime, request) : passed.account;
  const known = route.needsSession
    ? await withLiveCookie(runtime, passed.request)
    : { request: passed.request, caller: null };
  Object.assign(visit, { account, caller: known.caller });
  const device = account && runtime.devices.knownFor(account, request.headers.get("cookie"));
  // Before the handler: what it does first is to hash the password.
  const verdict = await runtime.limiter.spend(
    costsOf({ limit: route.limit, address, account, device, userId: known.caller?.userId ?? null }),
  );
  const isStale = route.fresh && known.caller !== null && !isFresh(known.caller);
  if (verdict.outcome === "within" && isStale) return refuse(visit, STEP_UP_REQUIRED);
  const answer =
    verdict.outcome === "within"
      ? await onBeat(route, runtime.timedByHash, () => served(visit, known.request))
      : refuse(visit, limitError(verdict.outcome));
  // What ended by this call is ended when its answer is there. What is answered first has ended nothing.
  if (route.method === "POST" && !route.behind && answer.ok) await runtime.settleAccess();
  if (account && route.path === "/sign-in/email" && answer.ok)
    answer.headers.append("set-cookie", runtime.devices.cookieFor(account));
  if (answer.ok) {
    const [userAgent, cookies] = [request.headers.get("user-agent"), answer.headers.getSetCookie()];
    const userId = known.caller?.userId ?? null;
    runtime.notices.after({ path: route.path, account, device, userId, address, userAgent, cookies });
  }
  for (const [name, value] of Object.entries(limitHeaders([verdict]))) answer.headers.set(name, value);
  return answer;
}

/** Signed anew in the very step that picks the instance: a rotation since the request came would make it nobody's. */
async function served(visit: Visit, request: Request): Promise<Response> {
  const { runtime, route, caller, requestId } = visit;
  if (route.ours) return answerOwn(runtime, route.ours, caller, requestId);
  const signed = withCurrentSignatures(runtime, request).request;
  return answered(
    visit,
    await (route.behind ? answeredBefore(runtime, signed) : runtime.auth.handler(signed)),
  );
}

/** Answers a refusal, and leaves evidence of it where it is an event. */
function refuse({ runtime, route, requestId, ...who }: Visit, error: PublicError): Response {
  const event = eventOfAuth(error, route.path);
  if (event) runtime.noteRefusal({ ...event, ...who, target: `auth${route.path}`, requestId });
  return errorResponse(asTold(error, who.caller), requestId);
}

/** Better Auth looks at no ban and at no second credential: a cookie that is nobody's to us does not reach it. */
async function withLiveCookie(runtime: Runtime, request: Request) {
  const headers = new Headers(request.headers);
  const principal = await runtime.identify(headers).catch((error: unknown) => {
    if (!isUnauthenticated(error)) throw error;
    headers.delete("cookie");
    return null;
  });
  return { request: new Request(request, { headers }), caller: principal };
}

async function checked(runtime: Runtime, request: Request, route: AuthRoute, schema: z.ZodType) {
  if (!isJson(request)) return JSON_ONLY;
  const text = await request.text();
  if (text.length > MAX_BODY) return TOO_LARGE;
  const body = parsedJson(text);
  if (body === undefined) return MALFORMED;
  const parsed = schema.safeParse(body.value);
  if (!parsed.success) return invalidInput(parsed.error);
  const fields = (parsed.data ?? {}) as Record<string, unknown>;
  const chosen = route.path === "/sign-up/email" ? fields.password : fields.newPassword;
  if (typeof chosen === "string" && runtime.isCommonPassword(chosen)) return TOO_COMMON;
  const { method, headers } = request;
  const inUrl = route.inUrl && new URLSearchParams(fields as Record<string, string>);
  return {
    request: inUrl
      ? new Request(`${request.url}?${inUrl}`, { headers })
      : new Request(request.url, { method, headers, body: JSON.stringify(fields) }),
    account: typeof fields.email === "string" ? fields.email : null,
  };
}

function parsedJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Session tokens live in the cookie only, and errors have our envelope. */
async function answered(visit: Visit, response: Response): Promise<Response> {
  const { requestId } = visit;
  const headers = new Headers(response.headers);
  headers.set("x-request-id", requestId);
  headers.set("cache-control", "no-store");
  headers.delete("content-length");
  // A redirect says that it is JSON, and is empty.
  const isRedirect = headers.has("location") && response.status < 400;
  if (isRedirect || !headers.get("content-type")?.startsWith("application/json")) {
    return new Response(response.body, { status: response.status, headers });
  }
  const body: unknown = await response.json();
  if (response.status < 400) return Response.json(withoutTokens(body), { status: response.status, headers });
  // Its word for any failure of the database at a sign-up.
  if (isRecord(body) && body.code === "FAILED_TO_CREATE_USER") return errorResponse(UNAVAILABLE, requestId);
  const step = visit.route.path === "/sign-in/email" && secondStepAnswer(body);
  if (step) return Response.json(step, { headers });
  const code = isRecord(body) && typeof body.code === "string" ? body.code : "UNAUTHORIZED";
  const message =
    isRecord(body) && typeof body.message === "string" ? body.message : "The request was refused.";
  if (response.status === 503) return errorResponse(UNAVAILABLE, requestId);
  if (response.status >= 500) return errorResponse(publicError(undefined), requestId);
  return refuse(visit, { code, message, httpStatus: response.status });
}

function withoutTokens(body: unknown): unknown {
  if (!isRecord(body)) return body;
  const { token: _, ...rest } = body;
  if (!isRecord(rest.session)) return rest;
  const { token: __, ...session } = rest.session;
  return { ...rest, session };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
