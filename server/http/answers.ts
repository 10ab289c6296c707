import type { PublicError } from "@/server/guard/errors";

/** The error envelope of everything that is not tRPC. */
export function errorResponse(error: PublicError, requestId: string): Response {
  const headers = {
    "cache-control": "no-store",
    "x-request-id": requestId,
    ...(error.httpStatus === 503 && { "retry-after": "1" }),
  };
  return Response.json(errorBody(error, requestId), { status: error.httpStatus, headers });
}

export function errorBody({ code, message, reason, issues, id }: PublicError, requestId: string) {
  const more = { ...(reason && { reason }), ...(issues && { issues }), ...(id && { id }) };
  return { error: { code, message, requestId, ...more } };
}

export const NOT_FOUND: PublicError = {
  code: "NOT_FOUND",
  httpStatus: 404,
  message: "There is no such route.",
};
export const JSON_ONLY: PublicError = {
  code: "UNSUPPORTED_MEDIA_TYPE",
  httpStatus: 415,
  message: "Send application/json.",
};
export const CROSS_SITE: PublicError = {
  code: "CROSS_SITE_REQUEST",
  httpStatus: 403,
  message: "This request comes from another site.",
};
export const MALFORMED: PublicError = {
  code: "BAD_REQUEST",
  httpStatus: 400,
  message: "The request is not well formed.",
};
export const TOO_LARGE: PublicError = {
  code: "PAYLOAD_TOO_LARGE",
  httpStatus: 413,
  message: "The request is too large.",
};

/** Only JSON: a browser can not send it across sites without asking first, and forms can not send it at all. */
export function isJson(request: Request): boolean {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  return type === "application/json";
}

/** Whether a browser says that a request was made by a page of another site. */
export function isCrossSite(request: Request, origins: readonly string[]): boolean {
  const origin = request.headers.get("origin");
  if (origin !== null) return !origins.includes(origin);
  const site = request.headers.get("sec-fetch-site");
  return site === "cross-site" || site === "same-site";
}
