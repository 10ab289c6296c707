import { type AnyTRPCProcedure, getTRPCErrorFromUnknown, getTRPCErrorShape } from "@trpc/server";
import { publicError } from "@/server/guard/errors";
import type { Meta } from "@/server/guard/policy";
import { challengeFor } from "@/server/http/challenge";
import { createContext } from "@/server/http/context";
import type { Call, CallAnswer } from "@/server/http/exchange";
import { limitHeaders } from "@/server/http/limit-headers";
import { callProcedure, PROCEDURES } from "@/server/http/procedure-call";
import type { Called } from "@/server/http/spent-budget";
import { appRouter } from "@/server/router";
import type { Runtime } from "@/server/runtime";

const BASE = "/api/trpc/";
const METHOD: Readonly<Record<string, string>> = { query: "GET", mutation: "POST" };

interface Plain {
  path: string;
  procedure: AnyTRPCProcedure;
  input: unknown;
}

/**
 * Answers what nearly every request is: one call of one query or mutation, well-formed. It runs the procedure as tRPC's own
 * adapter does, to the same bytes, without Web requests, streams and signals around it. Undefined: not such a call, and
 * nothing has been done.
 */
export async function answerTrpcCall(
  runtime: Runtime,
  call: Call,
  requestId: string,
): Promise<CallAnswer | undefined> {
  const plain = plainCall(call);
  if (!plain) return undefined;
  const { path, procedure, input } = plain;
  const { type } = procedure._def;
  const headers: Record<string, string> = { vary: "trpc-accept, accept", "content-type": "application/json" };
  const ctx = createContext(runtime, {
    headers: call.headers,
    requestId,
    onReplay: () => {
      headers["idempotency-replayed"] = "true";
    },
  });
  let status = 200;
  let body: object;
  try {
    body = { result: { data: await callProcedure(path, ctx, input) } };
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause);
    const told = publicError(error);
    if (told.httpStatus >= 500) runtime.reportFailure(error, { requestId, path });
    status = told.httpStatus;
    body = { error: getTRPCErrorShape({ config: appRouter._def._config, error, type, path, input, ctx }) };
    const challenge = challengeFor(status, call.headers.get("authorization"));
    if (challenge) headers["www-authenticate"] = challenge;
  }
  Object.assign(headers, limitHeaders(ctx.spent.values()), {
    "x-request-id": requestId,
    "cache-control": "no-store",
  });
  return { status, headers, text: JSON.stringify(body) };
}

/** The one procedure that a request calls; undefined for a batch, and for what is none. */
export function calledByTrpc({ url }: Call): Called | undefined {
  const [path = "", query = ""] = url.slice(BASE.length).split("?", 2);
  const procedure = Object.hasOwn(PROCEDURES, path) ? PROCEDURES[path] : undefined;
  if (!procedure || query.includes("batch=")) return undefined;
  return { procedure: path, limit: (procedure._def.meta as Meta).policy.limit };
}

function plainCall({ method, url, headers, body }: Call): Plain | undefined {
  const mark = url.indexOf("?");
  const path = url.slice(BASE.length, mark < 0 ? undefined : mark);
  const procedure = Object.hasOwn(PROCEDURES, path) ? PROCEDURES[path] : undefined;
  if (!procedure || METHOD[procedure._def.type] !== method) return undefined;
  // What asks for another kind of answer, or names another kind of body, is for the adapter to judge.
  if (headers.get("trpc-accept") !== null || headers.get("accept") === "application/jsonl") return undefined;
  if (method === "GET" && headers.get("content-type") !== null) return undefined;
  const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  if (query.has("batch")) return undefined;
  const text = method === "GET" ? query.get("input") : body?.toString("utf8");
  const parsed = text ? parsedJson(text) : { input: undefined };
  if (!parsed || (method === "POST" && !text)) return undefined;
  return { path, procedure, input: parsed.input };
}

function parsedJson(text: string): { input: unknown } | undefined {
  try {
    return { input: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
