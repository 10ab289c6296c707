import { handleRest, OPERATIONS } from "@/server/http/rest";
import { type Operation, REST_BASE } from "@/server/http/rest-operations";
import type { House, Person } from "@/tests/support/house";

interface RestAnswer {
  status: number;
  headers: Headers;
  /** The body as sent, request id blanked: what a caller could compare. */
  text: string;
  body: unknown;
}

interface Sent {
  method?: string;
  /** Text is sent as it stands, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** The one body of every refusal of REST, request id blanked. */
export const REST_FORBIDDEN =
  '{"error":{"code":"FORBIDDEN","message":"You may not do this, or it is not there.","requestId":""}}';

/** One REST call as it comes over HTTP. */
export async function callRest(
  house: House,
  person: Person | null,
  path: string,
  { method = "GET", body, headers }: Sent = {},
): Promise<RestAnswer> {
  const request = new Request(new URL(`${REST_BASE}${path}`, house.runtime.env.baseUrl), {
    method,
    headers: {
      ...(person && { cookie: person.cookie }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const response = await handleRest(house.runtime, request);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text: text.replace(/"requestId":"[^"]*"/, '"requestId":""'),
    body: text === "" ? null : JSON.parse(text),
  };
}

/** The operation that stands for a procedure by its name. */
export function operationOf(procedure: string): Operation {
  const operation = OPERATIONS.find(({ id }) => id === procedure);
  if (!operation) throw new Error(`no operation for ${procedure}`);
  return operation;
}

/** A procedure's input as its operation takes it: path, query string or body. */
export function requestFor(operation: Operation, input: Record<string, unknown>): Sent & { path: string } {
  const { method, parameter } = operation;
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => name !== parameter?.field));
  const given = parameter ? encodeURIComponent(String(input[parameter.field])) : "";
  const path = operation.path.replace(/\{\w+\}/, given);
  if (method === "POST" || method === "PATCH") return { method, path, body: rest };
  const query = new URLSearchParams(Object.entries(rest).map(([name, value]) => [name, String(value)]));
  return { method, path: query.size > 0 ? `${path}?${query}` : path };
}
