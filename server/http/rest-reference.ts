import { randomUUID } from "node:crypto";
import { limitError, type PublicError, publicError } from "@/server/guard/errors";
import type { CallLimit } from "@/server/guard/limits";
import { errorResponse, NOT_FOUND } from "@/server/http/answers";
import { limitHeaders } from "@/server/http/limit-headers";
import { OPERATIONS } from "@/server/http/rest";
import { apiDocument } from "@/server/http/rest-openapi";
import { REST_BASE } from "@/server/http/rest-operations";
import { referencePage } from "@/server/http/rest-page";
import { PAGE_CSP } from "@/server/http/rest-page-assets";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { networkOf } from "@/server/platform/limits/network";
import type { Runtime } from "@/server/runtime";

const DOCUMENT_PATH = `${REST_BASE}/openapi.json`;
const PAGE_PATH = "/api/docs";

const DOCUMENT = apiDocument(OPERATIONS);

interface PublicDocument {
  path: string;
  reason: string;
  limit: CallLimit;
  headers: Record<string, string>;
  body: string;
}

/** What anybody may read about the API. It says nothing of anybody's data, and is made once. */
export const PUBLIC_DOCUMENTS: readonly PublicDocument[] = [
  {
    path: DOCUMENT_PATH,
    reason: "Programs read what there is to call; it is the same for everybody.",
    limit: "read",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(DOCUMENT),
  },
  {
    path: PAGE_PATH,
    reason: "People read what there is to call; it is the same for everybody.",
    limit: "read",
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": PAGE_CSP },
    body: referencePage(DOCUMENT),
  },
];

const READ_ONLY: PublicError = {
  code: "METHOD_NOT_SUPPORTED",
  httpStatus: 405,
  message: "Documents are read.",
};

/** Serves the OpenAPI document and the reference page, on a budget by network. */
export async function handleReference(
  runtime: Runtime,
  request: Request,
  requestId: string = randomUUID(),
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const document = PUBLIC_DOCUMENTS.find(({ path }) => path === pathname);
  if (!document) return errorResponse(NOT_FOUND, requestId);
  if (request.method !== "GET" && request.method !== "HEAD") {
    const answer = errorResponse(READ_ONLY, requestId);
    answer.headers.set("allow", "GET, HEAD");
    return answer;
  }
  try {
    const by = ["address", networkOf(request.headers.get(CLIENT_ADDRESS_HEADER))];
    const verdict = await runtime.limiter.spend([{ name: document.limit, by }]);
    const answer =
      verdict.outcome === "within"
        ? new Response(request.method === "HEAD" ? null : document.body, {
            headers: { ...document.headers, "cache-control": "no-cache", "x-request-id": requestId },
          })
        : errorResponse(limitError(verdict.outcome), requestId);
    for (const [name, value] of Object.entries(limitHeaders([verdict]))) answer.headers.set(name, value);
    return answer;
  } catch (error) {
    runtime.reportFailure(error, { requestId, path: pathname });
    return errorResponse(publicError(error), requestId);
  }
}
