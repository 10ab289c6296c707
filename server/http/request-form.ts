import type { IncomingMessage } from "node:http";
import type { PublicError } from "@/server/guard/errors";
import { isKeyForm } from "@/server/identity/keys/form";

/** Methods that every part knows. */
export const METHODS = ["GET", "HEAD", "POST", "OPTIONS"];
/** RFC 6750: one space, one token of these characters; nothing else is a credential. */
const BEARER = /^Bearer [A-Za-z0-9\-._~+/]+=*$/;

const refusal = (httpStatus: number, code: string, message: string): PublicError => ({
  code,
  httpStatus,
  message,
});

const BAD_TARGET = refusal(400, "BAD_REQUEST", "The request target must be a path.");
const BAD_HOST = refusal(400, "BAD_REQUEST", "Name exactly one host.");
const MISDIRECTED = refusal(421, "MISDIRECTED_REQUEST", "This host is not served here.");
const BAD_METHOD = refusal(405, "METHOD_NOT_SUPPORTED", "This method is not supported here.");
const BAD_CREDENTIAL = refusal(401, "UNAUTHORIZED", "Sign in to go on.");

/**
 * What is wrong with the form of a request, before anything looks at what it wants; cheapest checks first.
 * @param more Methods that the part asked for knows besides.
 */
export function faultOfForm(
  request: IncomingMessage,
  hosts: ReadonlySet<string>,
  more: readonly string[] = [],
): PublicError | undefined {
  const { url = "", method = "" } = request;
  if (!METHODS.includes(method) && !more.includes(method)) return BAD_METHOD;
  if (!url.startsWith("/") || url.startsWith("//") || url.includes("\\")) return BAD_TARGET;
  const named = request.headersDistinct.host ?? [];
  if (named.length !== 1) return BAD_HOST;
  if (!hosts.has((named[0] ?? "").toLowerCase())) return MISDIRECTED;
  return faultOfCredential(request);
}

/** Exactly one well-formed credential: two could name two people, and a malformed one is none. */
function faultOfCredential(request: IncomingMessage): PublicError | undefined {
  const { authorization = [], cookie = [], "x-api-key": keys = [] } = request.headersDistinct;
  if (authorization.length > 1 || cookie.length > 1 || keys.length > 1) return BAD_CREDENTIAL;
  if (authorization[0] !== undefined && !BEARER.test(authorization[0])) return BAD_CREDENTIAL;
  if (keys[0] !== undefined && !isKeyForm(keys[0])) return BAD_CREDENTIAL;
  return undefined;
}
