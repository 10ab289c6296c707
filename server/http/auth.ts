import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { PublicError } from "@/server/guard/errors";
import { invalidInput, limitError, publicError, UNAVAILABLE } from "@/server/guard/errors";
import {
  CROSS_SITE,
  errorResponse,
  FORGED,
  isCrossSite,
  isJson,
  JSON_ONLY,
  MALFORMED,
  NOT_FOUND,
  senderOf,
  TOO_LARGE,
} from "@/server/http/answers";
import { costsOf } from "@/server/http/auth-limits";
import { AUTH_ROUTES, type AuthRoute } from "@/server/http/auth-routes";
import { CALLBACK_PATH, isServed } from "@/server/http/auth-routes-oidc";
import { limitHeaders } from "@/server/http/limit-headers";
import { narrowed, toPage } from "@/server/http/oidc-callback";
import { eventOfAuth } from "@/server/http/refusals";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { isFresh } from "@/server/identity/fresh";
import { isUnauthenticated, type Principal } from "@/server/identity/identity";
import type { Runtime } from "@/server/runtime";

const BASE = "/api/auth";
const MAX_BODY = 16 * 1024;

const TOO_COMMON: PublicError = {
  code: "PASSWORD_TOO_COMMON",
  httpStatus: 400,
  message: "This password is among the first that somebody would try. Choose another.",
};
const STEP_UP: PublicError = {
  code: "STEP_UP_REQUIRED",
  httpStatus: 403,
  message: "Sign in again first: this needs a sign-in of the last ten minutes.",
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
    return await admitted(visit, request);
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
  const passed = route.body
    ? await checked(runtime, request, route.path, route.body)
    : { request, account: null };
  if (!("request" in passed)) return refuse(visit, passed);
  const { account } = passed;
  const known = route.needsSession
    ? await withLiveCookie(runtime, passed.request)
    : { request: passed.request, caller: null };
  Object.assign(visit, { account, caller: known.caller });
  const device = account && runtime.devices.knownFor(account, request.headers.get("cookie"));
  // Before the handler: what it does first is to hash the password.
  const verdict = await runtime.limiter.spend(
    costsOf({ limit: route.limit, address, account, device, userId: known.caller?.userId ?? null }),
  );
  const answer =
    verdict.outcome === "within"
      ? (staleOf(visit) ?? (await answered(visit, await runtime.auth.handler(known.request))))
      : refuse(visit, limitError(verdict.outcome));
  // What ended by this call is ended when its answer is there.
  if (route.method === "POST" && answer.ok) await runtime.settleAccess();
  if (account && route.path === "/sign-in/email" && answer.ok)
    answer.headers.append("set-cookie", runtime.devices.cookieFor(account));
  for (const [name, value] of Object.entries(limitHeaders([verdict]))) answer.headers.set(name, value);
  return answer;
}

/** Refuses whoever has to have proved lately that they are there, and has not. */
function staleOf(visit: Visit): Response | null {
  const { route, caller } = visit;
  if (!route.needsFresh || (caller && isFresh(caller))) return null;
  return refuse(visit, caller ? STEP_UP : FORGED);
}

/** Answers a refusal, and leaves evidence of it where it is an event. */
function refuse({ runtime, route, requestId, ...who }: Visit, error: PublicError): Response {
  const event = eventOfAuth(error, route.path);
  if (event) runtime.noteRefusal({ ...event, ...who, target: `auth${route.path}`, requestId });
  return errorResponse(error, requestId);
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

async function checked(runtime: Runtime, request: Request, path: string, schema: z.ZodType) {
  if (!isJson(request)) return JSON_ONLY;
  const text = await request.text();
  if (text.length > MAX_BODY) return TOO_LARGE;
  const body = parsedJson(text);
  if (body === undefined) return MALFORMED;
  const parsed = schema.safeParse(body.value);
  if (!parsed.success) return invalidInput(parsed.error);
  const fields = (parsed.data ?? {}) as Record<string, unknown>;
  const chosen = path === "/sign-up/email" ? fields.password : fields.newPassword;
  if (typeof chosen === "string" && runtime.isCommonPassword(chosen)) return TOO_COMMON;
  const { method, headers } = request;
  return {
    request: new Request(request.url, { method, headers, body: JSON.stringify(fields) }),
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
