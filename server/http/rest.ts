import { randomUUID } from "node:crypto";
import type { Context } from "@/server/guard/context";
import type { Procedures } from "@/server/guard/coverage";
import { outOfReach, publicError } from "@/server/guard/errors";
import { spendLimit } from "@/server/guard/middleware/limit";
import { noteRefusals } from "@/server/guard/middleware/refusals";
import type { Policy } from "@/server/guard/policy";
import {
  CROSS_SITE,
  errorAnswer,
  errorResponse,
  isCrossSite,
  jsonAnswer,
  MALFORMED,
  NOT_FOUND,
  senderOf,
  WRONG_METHOD,
} from "@/server/http/answers";
import { challengeFor } from "@/server/http/challenge";
import { createContext } from "@/server/http/context";
import type { Call, CallAnswer } from "@/server/http/exchange";
import { limitHeaders } from "@/server/http/limit-headers";
import { callProcedure } from "@/server/http/procedure-call";
import { CROSS_SITE_EVENT } from "@/server/http/refusals";
import { bytesOf, fromQuery, inputOf, withParameter } from "@/server/http/rest-input";
import { type Operation, operationsOf, REST_BASE } from "@/server/http/rest-operations";
import type { Called } from "@/server/http/spent-budget";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { appRouter } from "@/server/router";
import type { Runtime } from "@/server/runtime";

/** Every operation; the documents and the audit read the same list. */
export const OPERATIONS = operationsOf(appRouter._def.procedures as unknown as Procedures);

const ROUTES = routesOf(OPERATIONS);

/** Serves /api/v1 to hosts that run Next alone. */
export async function handleRest(
  runtime: Runtime,
  request: Request,
  requestId: string = randomUUID(),
): Promise<Response> {
  const { method, headers, url } = request;
  const body = await bytesOf(request);
  if (!Buffer.isBuffer(body)) return errorResponse(body, requestId);
  const answer = await answerRest(runtime, { method, headers, url, body }, requestId);
  return new Response(answer.text, answer);
}

/** Serves /api/v1: method and path name a procedure, which is called under its own guard. */
export async function answerRest(runtime: Runtime, call: Call, requestId: string): Promise<CallAnswer> {
  const url = new URL(call.url, runtime.env.baseUrl);
  if (!isDecodable(url)) return errorAnswer(MALFORMED, requestId);
  const place = placeOf(url.pathname);
  if (!place) return errorAnswer(NOT_FOUND, requestId);
  const isHead = call.method === "HEAD";
  const operation = place.methods.get(isHead ? "GET" : call.method);
  if (!operation) return wrongMethod(place.methods, requestId);
  if (operation.method !== "GET" && isCrossSite(senderOf(call), runtime.origins, runtime.env.corsOrigins)) {
    const address = call.headers.get(CLIENT_ADDRESS_HEADER);
    runtime.noteRefusal({ ...CROSS_SITE_EVENT, target: "gate", caller: null, address, requestId });
    return errorAnswer(CROSS_SITE, requestId);
  }
  const replayed: Record<string, string> = {};
  const context = createContext(runtime, {
    headers: call.headers,
    requestId,
    onReplay: () => {
      replayed["idempotency-replayed"] = "true";
    },
  });
  const answer = await answered({
    call,
    url,
    operation,
    context,
    given: decodeURIComponent(place.given),
  }).catch((error: unknown) => {
    const refusal = publicError(error);
    const path = operation.procedure;
    if (refusal.httpStatus >= 500) runtime.reportFailure(error, { requestId, path });
    return errorAnswer(refusal, requestId);
  });
  const challenge = challengeFor(answer.status, call.headers.get("authorization"));
  Object.assign(answer.headers, replayed, limitHeaders(context.spent.values()), {
    "x-request-id": requestId,
    "cache-control": "no-store",
    ...(challenge && { "www-authenticate": challenge }),
  });
  return isHead ? { ...answer, text: null } : answer;
}

/** The one procedure that a request calls. */
export function calledByRest({ method, url }: Call): Called | undefined {
  const [pathname = ""] = url.split("?", 1);
  const operation = placeOf(pathname)?.methods.get(method === "HEAD" ? "GET" : method);
  return operation && { procedure: operation.procedure, limit: operation.policy.limit };
}

interface Asked {
  call: Call;
  url: URL;
  operation: Operation;
  context: Context;
  /** The path's parameter as it came, decoded. */
  given: string;
}

async function answered({ call, url, operation, context, given }: Asked): Promise<CallAnswer> {
  const { fields, method, parameter, procedure } = operation;
  const read =
    method === "GET"
      ? { input: fromQuery(url.searchParams, fields) }
      : inputOf(call, url.searchParams, fields);
  if (!("input" in read)) return errorAnswer(read, context.requestId);
  const value = parameter?.mustBeCaller ? await callerOnly(context, operation, given) : given;
  const input = parameter ? withParameter(read.input, parameter.field, value) : read.input;
  const data = await callProcedure(procedure, context, input);
  if (method !== "POST" || !operation.id.endsWith(".create")) return jsonAnswer(data);
  const { id } = data as { id?: unknown };
  const isReadable = typeof id === "string" && ROUTES.get(`${operation.path}/{}`)?.has("GET");
  return jsonAnswer(data, 201, isReadable ? { location: `${REST_BASE}${operation.path}/${id}` } : {});
}

/**
 * The caller's id. Another's and one that is nobody's are the same refusal, of the same cost.
 * @throws Unauthenticated; Refusal FORBIDDEN, or TOO_MANY_REQUESTS: what asks for others ends too.
 */
async function callerOnly(
  context: Context,
  { procedure, policy }: Operation,
  given: string,
): Promise<string> {
  const { userId } = await noteRefusals(context, procedure, async () => ({
    ok: true,
    userId: await ownId(context, policy, given),
  }));
  return userId;
}

async function ownId(context: Context, policy: Policy, given: string): Promise<string> {
  const principal = await context.identify();
  if (given === "me" || given.toLowerCase() === principal.userId) return principal.userId;
  await spendLimit(context, policy.limit, principal);
  return outOfReach();
}

type Methods = ReadonlyMap<string, Operation>;

function routesOf(operations: readonly Operation[]): ReadonlyMap<string, Methods> {
  const keyOf = ({ path }: Operation) => path.replace(/\{\w+\}/, "{}");
  return new Map(
    operations.map((one) => {
      const same = operations.filter((other) => keyOf(other) === keyOf(one));
      return [keyOf(one), new Map(same.map((each) => [each.method, each]))];
    }),
  );
}

/** A path in words comes before one with a parameter, which stands second: `/security-events/mine`, `/tasks/{}`. */
function placeOf(pathname: string): { methods: Methods; given: string } | undefined {
  if (!pathname.startsWith(`${REST_BASE}/`)) return undefined;
  const path = pathname.slice(REST_BASE.length);
  const [, noun = "", given = "", ...rest] = path.split("/");
  const plain = ROUTES.get(path);
  if (plain) return { methods: plain, given: "" };
  const methods = given === "" ? undefined : ROUTES.get(["", noun, "{}", ...rest].join("/"));
  return methods && { methods, given };
}

function wrongMethod(methods: Methods, requestId: string): CallAnswer {
  const answer = errorAnswer(WRONG_METHOD, requestId);
  const names = [...methods.keys()].flatMap((name) => (name === "GET" ? ["GET", "HEAD"] : [name]));
  answer.headers.allow = names.join(", ");
  return answer;
}

function isDecodable({ pathname, search }: URL): boolean {
  try {
    decodeURIComponent(pathname + search);
    return true;
  } catch {
    return false;
  }
}
