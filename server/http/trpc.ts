import { randomUUID } from "node:crypto";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { publicError } from "@/server/guard/errors";
import { CROSS_SITE, errorResponse, isCrossSite, isJson, JSON_ONLY } from "@/server/http/answers";
import { createContext } from "@/server/http/context";
import { appRouter } from "@/server/router";
import type { Runtime } from "@/server/runtime";

const MAX_BATCH = 20;

/** Serves /api/trpc. */
export async function handleTrpc(runtime: Runtime, request: Request): Promise<Response> {
  const requestId = randomUUID();
  if (request.method === "POST") {
    if (!isJson(request)) return errorResponse(JSON_ONLY, requestId);
    if (isCrossSite(request, runtime.origins)) return errorResponse(CROSS_SITE, requestId);
  }
  const response = await fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    maxBatchSize: MAX_BATCH,
    createContext: () => createContext(runtime, { headers: request.headers, requestId }),
    onError: ({ error, path }) => {
      if (publicError(error).httpStatus >= 500) runtime.reportFailure(error, { requestId, path });
    },
  });
  response.headers.set("x-request-id", requestId);
  response.headers.set("cache-control", "no-store");
  return response;
}
