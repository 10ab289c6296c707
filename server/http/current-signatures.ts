import type { IncomingMessage, ServerResponse } from "node:http";
import type { Renewed } from "@/server/identity/session-cookie";
import type { Runtime } from "@/server/runtime";

/**
 * Hands a request on with cookies under the current secret, and sends them to the browser with the answer: not with one
 * that others may be given from a cache, nor over a cookie that the answer sets itself, as signing out does.
 */
export function renewOnTheWay(
  request: IncomingMessage,
  response: ServerResponse,
  renew: (cookie: string | undefined) => Renewed | null,
): void {
  const renewed = renew(request.headers.cookie);
  if (!renewed) return;
  request.headers.cookie = renewed.cookie;
  if (renewed.setCookies.length === 0) return;
  const writeHead = response.writeHead;
  const renewing = (...head: Parameters<typeof writeHead>) => {
    const caching = String(response.getHeader("cache-control") ?? "");
    const set = [response.getHeader("set-cookie") ?? []].flat().map(String);
    if (/\b(?:no-store|private)\b/.test(caching))
      for (const cookie of missing(renewed, set)) response.appendHeader("set-cookie", cookie);
    return writeHead.apply(response, head);
  };
  response.writeHead = renewing as typeof writeHead;
}

/** The same for a handler that no gate of ours stands in front of. */
export function withCurrentSignatures(
  runtime: Runtime,
  request: Request,
): { request: Request; renewed: Renewed | null } {
  const renewed = runtime.renewCookies(request.headers.get("cookie"));
  const url = new URL(request.url);
  const token = url.searchParams.get("token");
  const current = token && runtime.renewToken(token);
  if (!renewed && current === token) return { request, renewed };
  if (current) url.searchParams.set("token", current);
  const headers = new Headers(request.headers);
  if (renewed) headers.set("cookie", renewed.cookie);
  const { method, body, signal } = request;
  return {
    request: new Request(url, { method, headers, body, signal, duplex: "half" } as RequestInit),
    renewed,
  };
}

/** Adds to an answer what the browser lacks. */
export function appendRenewed(answer: Response, renewed: Renewed | null): Response {
  if (!renewed) return answer;
  for (const cookie of missing(renewed, answer.headers.getSetCookie()))
    answer.headers.append("set-cookie", cookie);
  return answer;
}

const nameOf = (cookie: string) => cookie.split("=", 1)[0];

const missing = ({ setCookies }: Renewed, set: readonly string[]) =>
  setCookies.filter((cookie) => !set.some((other) => nameOf(other) === nameOf(cookie)));
