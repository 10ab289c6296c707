import { randomUUID } from "node:crypto";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { Context } from "@/server/guard/context";
import { type PublicError, publicError, rpcCode } from "@/server/guard/errors";
import { CROSS_SITE, isCrossSite, isJson, JSON_ONLY } from "@/server/http/answers";
import { createContext } from "@/server/http/context";
import { limitHeaders } from "@/server/http/limit-headers";
import { appRouter } from "@/server/router";
import type { Runtime } from "@/server/runtime";

const MAX_BATCH = 20;

/** Serves /api/trpc. */
export async function handleTrpc(
  runtime: Runtime,
  request: Request,
  requestId: string = randomUUID(),
): Promise<Response> {
  if (request.method === "POST") {
    if (!isJson(request)) return refuseTrpc(JSON_ONLY, requestId);
    if (isCrossSite(request, runtime.origins)) return refuseTrpc(CROSS_SITE, requestId);
  }
  let context: Context | undefined;
  let early: PublicError | undefined;
  const response = await fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    maxBatchSize: MAX_BATCH,
    createContext: ({ info, resHeaders }) => {
      context = createContext(runtime, {
        headers: request.headers,
        requestId,
        calls: info.calls.length,
        onReplay: () => resHeaders.set("idempotency-replayed", "true"),
      });
      return context;
    },
    onError: ({ error, path, ctx }) => {
      if (!ctx) early = publicError(error);
      if (publicError(error).httpStatus >= 500) runtime.reportFailure(error, { requestId, path });
    },
  });
  // Refused before there was a context: tRPC's own answer would not say which request it was.
  if (early) return refuseTrpc(early, requestId);
  for (const [name, value] of Object.entries(limitHeaders(context?.spent.values() ?? [])))
    response.headers.set(name, value);
  response.headers.set("x-request-id", requestId);
  response.headers.set("cache-control", "no-store");
  return response;
}

/** A refusal that no procedure gave, in the shape in which tRPC's clients expect one. */
export function refuseTrpc({ message, ...data }: PublicError, requestId: string): Response {
  const error = { message, code: rpcCode(data.code), data: { ...data, requestId } };
  const headers = { "cache-control": "no-store", "x-request-id": requestId };
  return Response.json({ error }, { status: data.httpStatus, headers });
}
