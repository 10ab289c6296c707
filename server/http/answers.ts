import type { PublicError } from "@/server/guard/errors";
import type { CallAnswer } from "@/server/http/exchange";
import type { HeaderReader } from "@/server/identity/identify";

/** The error envelope of everything that is not tRPC. */
export function errorResponse(error: PublicError, requestId: string): Response {
  const { httpStatus: status } = error;
  return Response.json(errorBody(error, requestId), { status, headers: errorHeaders(error, requestId) });
}

const errorHeaders = ({ httpStatus }: PublicError, requestId: string): Record<string, string> => ({
  "cache-control": "no-store",
  "x-request-id": requestId,
  ...(httpStatus === 503 && { "retry-after": "1" }),
});

/** The same, not yet made a Web answer. */
export function errorAnswer(error: PublicError, requestId: string): CallAnswer {
  return jsonAnswer(errorBody(error, requestId), error.httpStatus, errorHeaders(error, requestId));
}

/** A whole answer of JSON. */
export const jsonAnswer = (
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): CallAnswer => ({
  ...{ status, text: JSON.stringify(body) },
  headers: { "content-type": "application/json", ...headers },
});

export function errorBody({ code, message, reason, issues, id }: PublicError, requestId: string) {
  const more = { ...(reason && { reason }), ...(issues && { issues }), ...(id && { id }) };
  return { error: { code, message, requestId, ...more } };
}

export const NOT_FOUND: PublicError = {
  code: "NOT_FOUND",
  httpStatus: 404,
  message: "There is no such route.",
};
export const WRONG_METHOD: PublicError = {
  code: "METHOD_NOT_SUPPORTED",
  httpStatus: 405,
  message: "This path has other methods; the header allow names them.",
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
export const TOO_DEEP: PublicError = {
  code: "BAD_REQUEST",
  httpStatus: 400,
  message: "The request is nested too deeply.",
};
export const BUSY: PublicError = {
  code: "SERVICE_UNAVAILABLE",
  httpStatus: 503,
  message: "Too much to do now. Try again shortly.",
};
export const PAGES_ARE_READ: PublicError = {
  code: "METHOD_NOT_SUPPORTED",
  httpStatus: 405,
  message: "Pages are read.",
};
export const INTERNAL: PublicError = {
  code: "INTERNAL_SERVER_ERROR",
  httpStatus: 500,
  message: "Something went wrong on our side.",
};
export const HTTPS_ONLY: PublicError = { code: "HTTPS_REQUIRED", httpStatus: 403, message: "Use https." };
export const FORGED: PublicError = { code: "UNAUTHORIZED", httpStatus: 401, message: "Sign in to go on." };

/** Only JSON: a browser can not send it across sites without asking first, and forms can not send it at all. */
export function isJson(request: { headers: HeaderReader }): boolean {
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
export function senderOf({ headers }: { headers: HeaderReader }): Sender {
  return {
    origin: headers.get("origin"),
    cookie: headers.get("cookie"),
    site: headers.get("sec-fetch-site"),
  };
}
