import { randomUUID } from "node:crypto";
import type { Context } from "@/server/guard/context";
import type { Procedures } from "@/server/guard/coverage";
import { outOfReach, publicError } from "@/server/guard/errors";
import { spendLimit } from "@/server/guard/middleware/limit";
import { noteRefusals } from "@/server/guard/middleware/refusals";
import type { Policy } from "@/server/guard/policy";
import {
  CROSS_SITE,
  errorResponse,
  isCrossSite,
  MALFORMED,
  NOT_FOUND,
  senderOf,
  WRONG_METHOD,
} from "@/server/http/answers";
import { withChallenge } from "@/server/http/challenge";
import { createContext } from "@/server/http/context";
import { limitHeaders } from "@/server/http/limit-headers";
import { CROSS_SITE_EVENT } from "@/server/http/refusals";
import { fromQuery, readInput, withParameter } from "@/server/http/rest-input";
import { type Operation, operationsOf, REST_BASE } from "@/server/http/rest-operations";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { appRouter } from "@/server/router";
import type { Runtime } from "@/server/runtime";

/** Every operation; the documents and the audit read the same list. */
export const OPERATIONS = operationsOf(appRouter._def.procedures as unknown as Procedures);

const ROUTES = routesOf(OPERATIONS);

/** Serves /api/v1: method and path name a procedure, which is called under its own guard. */
export async function handleRest(
  runtime: Runtime,
  request: Request,
  requestId: string = randomUUID(),
): Promise<Response> {
  const url = new URL(request.url);
  if (!isDecodable(url)) return errorResponse(MALFORMED, requestId);
  const place = placeOf(url.pathname);
  if (!place) return errorResponse(NOT_FOUND, requestId);
  const isHead = request.method === "HEAD";
  const operation = place.methods.get(isHead ? "GET" : request.method);
  if (!operation) return wrongMethod(place.methods, requestId);
  if (
    operation.method !== "GET" &&
    isCrossSite(senderOf(request), runtime.origins, runtime.env.corsOrigins)
  ) {
    const address = request.headers.get(CLIENT_ADDRESS_HEADER);
    runtime.noteRefusal({ ...CROSS_SITE_EVENT, target: "gate", caller: null, address, requestId });
    return errorResponse(CROSS_SITE, requestId);
  }
  const headers = new Headers();
  const context = createContext(runtime, {
    headers: request.headers,
    requestId,
    onReplay: () => headers.set("idempotency-replayed", "true"),
  });
  const answer = await answered({ request, url, operation, context, given: place.given }).catch(
    (error: unknown) => {
      const refusal = publicError(error);
      const path = operation.procedure;
      if (refusal.httpStatus >= 500) runtime.reportFailure(error, { requestId, path });
      return errorResponse(refusal, requestId);
    },
  );
  for (const [name, value] of [...headers, ...Object.entries(limitHeaders(context.spent.values()))])
    answer.headers.set(name, value);
  answer.headers.set("x-request-id", requestId);
  answer.headers.set("cache-control", "no-store");
  withChallenge(answer, request);
  return isHead ? new Response(null, answer) : answer;
}

interface Call {
  request: Request;
  url: URL;
  operation: Operation;
  context: Context;
  /** The path's parameter as it came, decoded. */
  given: string;
}

async function answered({ request, url, operation, context, given }: Call): Promise<Response> {
  const { fields, method, parameter } = operation;
  const read =
    method === "GET" ? { input: fromQuery(url.searchParams, fields) } : await readInput(request, fields);
  if (!("input" in read)) return errorResponse(read, context.requestId);
  const value = parameter?.mustBeCaller ? await callerOnly(context, operation, given) : given;
  const input = parameter ? withParameter(read.input, parameter.field, value) : read.input;
  const data = await call(operation.procedure, context, input, request.signal);
  if (method !== "POST" || !operation.id.endsWith(".create")) return Response.json(data);
  const { id } = data as { id?: unknown };
  const isReadable = typeof id === "string" && ROUTES.get(`${operation.path}/{}`)?.has("GET");
  return Response.json(data, {
    status: 201,
    headers: isReadable ? { location: `${REST_BASE}${operation.path}/${id}` } : {},
  });
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
  const found = await noteRefusals(context, procedure, async () => {
    try {
      return { ok: true as const, userId: await ownId(context, policy, given) };
    } catch (error) {
      return { ok: false as const, error };
    }
  });
  if (!found.ok) throw found.error;
  return found.userId;
}

async function ownId(context: Context, policy: Policy, given: string): Promise<string> {
  const principal = await context.identify();
  if (given === "me" || given.toLowerCase() === principal.userId) return principal.userId;
  await spendLimit(context, policy.limit, principal);
  return outOfReach();
}

type Callers = Record<string, Record<string, (input: unknown) => Promise<unknown>> | undefined>;

function call(procedure: string, context: Context, input: unknown, signal: AbortSignal): Promise<unknown> {
  const caller = appRouter.createCaller(context, { signal }) as unknown as Callers;
  const [noun = "", verb = ""] = procedure.split(".");
  const run = caller[noun]?.[verb];
  if (!run) throw new Error(`no procedure ${procedure}`);
  return run(input);
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
  return methods && { methods, given: decodeURIComponent(given) };
}

function wrongMethod(methods: Methods, requestId: string): Response {
  const answer = errorResponse(WRONG_METHOD, requestId);
  const names = [...methods.keys()].flatMap((name) => (name === "GET" ? ["GET", "HEAD"] : [name]));
  answer.headers.set("allow", names.join(", "));
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
