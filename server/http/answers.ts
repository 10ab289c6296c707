import type { PublicError } from "@/server/guard/errors";

/** The error envelope of everything that is not tRPC. */
export function errorResponse(error: PublicError, requestId: string): Response {
  const { code, message, httpStatus, reason, issues } = error;
  const headers = {
    "cache-control": "no-store",
    "x-request-id": requestId,
    ...(httpStatus === 503 && { "retry-after": "1" }),
  };
  return Response.json(
    { error: { code, message, requestId, ...(reason && { reason }), ...(issues && { issues }) } },
    { status: httpStatus, headers },
  );
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
