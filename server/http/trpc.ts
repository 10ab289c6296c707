import { randomUUID } from "node:crypto";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { Context } from "@/server/guard/context";
import { type PublicError, publicError, rpcCode } from "@/server/guard/errors";
import { CROSS_SITE, isCrossSite, isJson, JSON_ONLY, senderOf } from "@/server/http/answers";
import { withChallenge } from "@/server/http/challenge";
import { createContext } from "@/server/http/context";
import { limitHeaders } from "@/server/http/limit-headers";
import { isStream } from "@/server/http/node-adapter";
import { CROSS_SITE_EVENT } from "@/server/http/refusals";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
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
    if (isCrossSite(senderOf(request), runtime.origins, runtime.env.corsOrigins)) {
      const address = request.headers.get(CLIENT_ADDRESS_HEADER);
      runtime.noteRefusal({ ...CROSS_SITE_EVENT, target: "gate", caller: null, address, requestId });
      return refuseTrpc(CROSS_SITE, requestId);
    }
  }
  let context: Context | undefined;
  let refusal: PublicError | undefined;
  const answer = await fetchRequestHandler({
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
    onError: ({ error, path, type }) => {
      const told = publicError(error);
      // Without a context it can not name the request, nor the type of its answer.
      if (type === "subscription" || !context) refusal = told;
      if (told.httpStatus >= 500) runtime.reportFailure(error, { requestId, path });
    },
  });
  const response = refusal ? await inPlaceOf(answer, refusal, requestId) : answer;
  for (const [name, value] of Object.entries(limitHeaders(context?.spent.values() ?? [])))
    response.headers.set(name, value);
  response.headers.set("x-request-id", requestId);
  response.headers.set("cache-control", isStream(response) ? "no-store, no-transform" : "no-store");
  // Of the hop, and not ours to say: whoever holds the socket does.
  response.headers.delete("connection");
  return withChallenge(response, request);
}

/** tRPC answers 200 and tells a refused subscription of its refusal inside the stream; nobody gets a stream for that. */
async function inPlaceOf(answer: Response, refusal: PublicError, requestId: string): Promise<Response> {
  await answer.body?.cancel();
  return refuseTrpc(refusal, requestId);
}

/** A refusal that no procedure gave, in the shape in which tRPC's clients expect one. */
export function trpcError({ message, ...data }: PublicError, requestId: string) {
  return { error: { code: rpcCode(data.code), message, data: { ...data, requestId } } };
}

function refuseTrpc(error: PublicError, requestId: string): Response {
  const headers = { "cache-control": "no-store", "x-request-id": requestId };
  return Response.json(trpcError(error, requestId), { status: error.httpStatus, headers });
}
