import type { PublicError } from "@/server/guard/errors";

/** The error envelope of everything that is not tRPC. */
export function errorResponse(error: PublicError, requestId: string): Response {
  return Response.json(errorBody(error, requestId), {
    status: error.httpStatus,
    headers: { "cache-control": "no-store", "x-request-id": requestId },
  });
}

export function errorBody({ code, message, reason, issues }: PublicError, requestId: string) {
  return { error: { code, message, requestId, ...(reason && { reason }), ...(issues && { issues }) } };
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

interface Sender {
  origin: string | null | undefined;
  cookie: string | null | undefined;
  /** The header sec-fetch-site. */
  site: string | null | undefined;
}

/**
 * Whether a request was made by a page of another site, as browsers say. A listed origin is no such site, but for
 * requests that carry a cookie: those speak for a person who did not ask.
 */
export function isCrossSite(
  { origin, cookie, site }: Sender,
  own: readonly string[],
  listed: readonly string[] = [],
): boolean {
  if (origin != null) return !own.includes(origin) && (cookie != null || !listed.includes(origin));
  return site === "cross-site" || site === "same-site";
}

/** What a request says of where it comes from. */
export function senderOf({ headers }: Request): Sender {
  return {
    origin: headers.get("origin"),
    cookie: headers.get("cookie"),
    site: headers.get("sec-fetch-site"),
  };
}
