import type { IncomingMessage } from "node:http";
import type { PublicError } from "@/server/guard/errors";
import { JSON_ONLY, TOO_LARGE } from "@/server/http/answers";
import { MAX_BODY } from "@/server/http/body";
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
  const { host, authorization, "x-api-key": key } = request.headers;
  const repeated = repeatedOf(request.rawHeaders);
  if (host === undefined || repeated.includes("host")) return BAD_HOST;
  if (!hosts.has(host.toLowerCase())) return MISDIRECTED;
  // Exactly one well-formed credential: two could name two people, and a malformed one is none.
  if (repeated.length > 0) return BAD_CREDENTIAL;
  if (authorization !== undefined && !BEARER.test(authorization)) return BAD_CREDENTIAL;
  return typeof key === "string" && !isKeyForm(key) ? BAD_CREDENTIAL : undefined;
}

/** Headers that may come once only, each of which Node joins in its own way when it comes twice. */
const ONCE = new Set(["host", "authorization", "cookie", "x-api-key"]);

/** Which of them came more than once. @param rawHeaders Names and values in turn, as they came. */
function repeatedOf(rawHeaders: readonly string[]): readonly string[] {
  const seen: string[] = [];
  const repeated: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? "";
    if (!ONCE.has(name)) continue;
    if (seen.includes(name)) repeated.push(name);
    seen.push(name);
  }
  return repeated;
}

/** Writes carry JSON or nothing, and no more of it than we read. */
export function faultOfWrite(request: IncomingMessage): PublicError | undefined {
  if (isSafe(request)) return undefined;
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > MAX_BODY) return TOO_LARGE;
  const isBare = declared === 0 && request.headers["transfer-encoding"] === undefined;
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  return type === "application/json" || (isBare && type === undefined) ? undefined : JSON_ONLY;
}

/** Whether a method changes nothing (RFC 9110): whatever is not named here is a write. */
export const isSafe = ({ method = "" }: IncomingMessage) => ["GET", "HEAD", "OPTIONS"].includes(method);

/** The trace id of a well-formed W3C traceparent. */
export function traceId(traceparent: string | undefined): string | undefined {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent ?? "")?.[1];
}
