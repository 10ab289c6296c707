import { badRequest, type PublicError } from "@/server/guard/errors";
import { isJson, JSON_ONLY, MALFORMED, TOO_LARGE } from "@/server/http/answers";
import { collect, isShallow } from "@/server/http/body";
import type { Call } from "@/server/http/exchange";
import type { HeaderReader } from "@/server/identity/identify";

/** A field of an input in JSON Schema: what the adapter and the documents look at. */
export interface Field {
  type?: string | string[];
  anyOf?: Field[];
  items?: Field;
  properties?: Record<string, Field>;
  required?: string[];
  additionalProperties?: unknown;
  enum?: string[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  default?: unknown;
  description?: string;
}

const DECIMAL = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;

/**
 * A query string as an input. Text becomes a number or a boolean where the schema has one, and a list where it has a
 * list. What does not fit stays as it came, and what is said twice becomes a list: the procedure's own schema refuses
 * both, after the guard. The schema is read, never changed.
 */
export function fromQuery(query: URLSearchParams, fields: Record<string, Field>): Record<string, unknown> {
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const field = Object.hasOwn(fields, name) ? present(fields[name]) : {};
      const values = query.getAll(name);
      if (field.type === "array") return [name, values.map((text) => scalarOf(text, present(field.items)))];
      return [name, values.length === 1 ? scalarOf(values[0] ?? "", field) : values];
    }),
  );
}

function scalarOf(text: string, { type }: Field): unknown {
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  if ((type === "number" || type === "integer") && DECIMAL.test(text)) return Number(text);
  return text;
}

/** The field without its null, which no query string can say. */
function present(field: Field = {}): Field {
  const others = field.anyOf?.filter(({ type }) => type !== "null") ?? [];
  if (others.length === 1) return others[0] ?? {};
  if (!Array.isArray(field.type)) return field;
  const [type, ...more] = field.type.filter((one) => one !== "null");
  return { ...field, ...(type !== undefined && more.length === 0 ? { type } : {}) };
}

/** Whether a query string can hold a field: text, numbers, booleans, and lists of them. */
export function isOfQuery(field: Field): boolean {
  const { type, items } = present(field);
  if (type === "array") return items !== undefined && isScalar(present(items));
  return isScalar(present(field));
}

const isScalar = ({ type }: Field) =>
  type === "string" || type === "number" || type === "integer" || type === "boolean";

/** The input with the path's parameter in it. Said again elsewhere it is two values, which the schema refuses. */
export function withParameter(input: unknown, field: string, value: string): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  const said = Object.hasOwn(input, field) ? [value, (input as Record<string, unknown>)[field]] : value;
  return { ...input, [field]: said };
}

/**
 * What a write sends: JSON, at most 1 MiB, not too deep; or nothing, which is an empty object.
 * Checked here as well as at the gate, for hosts that run Next alone.
 * @throws Refusal BAD_REQUEST when a DELETE has a body or another write a query string.
 */
export async function readInput(
  request: Request,
  fields: Record<string, Field>,
): Promise<{ input: unknown } | PublicError> {
  const { method, headers } = request;
  // Before a byte of it is read.
  if (!isJsonOrNone(headers)) return JSON_ONLY;
  const body = await bytesOf(request);
  if (!Buffer.isBuffer(body)) return body;
  return inputOf({ method, headers, body }, new URL(request.url).searchParams, fields);
}

/** `readInput` of what has been read. */
export function inputOf(
  { method, headers, body }: Pick<Call, "method" | "headers" | "body">,
  query: URLSearchParams,
  fields: Record<string, Field>,
): { input: unknown } | PublicError {
  const isTyped = headers.get("content-type") !== null;
  if (!isJsonOrNone(headers) || (body && body.length > 0 && !isTyped)) return JSON_ONLY;
  if (method === "DELETE") {
    if (body && body.length > 0)
      return badRequest("BODY_NOT_ALLOWED", "A DELETE takes its input from path and query.");
    return { input: fromQuery(query, fields) };
  }
  if (query.size > 0) return badRequest("QUERY_NOT_ALLOWED", "Send the input of this request in its body.");
  if (!body || body.length === 0) return { input: {} };
  if (!isShallow(body)) return MALFORMED;
  try {
    return { input: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) };
  } catch {
    return MALFORMED;
  }
}

const isJsonOrNone = (headers: HeaderReader) => headers.get("content-type") === null || isJson({ headers });

/** The bytes of a Web request's body; none are none. */
export async function bytesOf(request: Request): Promise<Buffer | PublicError> {
  if (!request.body) return Buffer.alloc(0);
  const declared = Number(request.headers.get("content-length") ?? 0);
  const body = await collect(request.body as unknown as AsyncIterable<Uint8Array>, declared);
  if (Buffer.isBuffer(body)) return body;
  return body === "PAYLOAD_TOO_LARGE" ? TOO_LARGE : MALFORMED;
}
