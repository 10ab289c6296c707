import { components, headersOf, type RefusalStatus, refusalRef } from "@/server/http/rest-components";
import type { Field } from "@/server/http/rest-input";
import { TOKEN_PATHS } from "@/server/http/rest-openapi-tokens";
import { type Operation, REST_BASE } from "@/server/http/rest-operations";
import { bodyOf, exampleOf, outputNames, outputSchemas, tidy } from "@/server/http/rest-schemas";

const OF_READS: readonly RefusalStatus[] = [400, 401, 403, 429, 500, 503];
const OF_WRITES: readonly RefusalStatus[] = [400, 401, 403, 409, 413, 415, 422, 429, 500, 503];

/** How a kind of caller says who it is; names of the security schemes. */
const SCHEMES = { session: "session", token: "token", key: "key", service: "key" } as const;

/** One operation as the document has it; the reference page reads the same. */
export interface DocumentedOperation {
  operationId: string;
  tags: string[];
  summary: string;
  security: Record<string, never[]>[];
  parameters?: { $ref?: string; name?: string; in?: string; required?: boolean; schema?: Field }[];
  requestBody?: {
    required: boolean;
    content: { "application/json": { schema: Field; example?: unknown } };
  };
  responses: Record<string, unknown>;
  /** Null for the routes for tokens, which are none. */
  "x-procedure": string | null;
  "x-permission": string | null;
  "x-limit": string;
  "x-audit": string | null;
  "x-callers": readonly string[];
  "x-public-reason"?: string;
}

export interface ApiDocument {
  openapi: "3.1.0";
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: Record<string, Record<string, unknown>>;
}

/**
 * The OpenAPI 3.1 document of all operations, from their own policies and schemas.
 */
export function apiDocument(operations: readonly Operation[]): ApiDocument {
  const names = outputNames(operations);
  const paths: ApiDocument["paths"] = {};
  for (const operation of operations) {
    const path = `${REST_BASE}${operation.path}`;
    const { method } = operation;
    paths[path] = { ...paths[path], [method.toLowerCase()]: documented(operation, names) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Holdfast",
      version: "1",
      description:
        "Each operation is a procedure of the product under its own guard: x-permission, x-limit, x-audit and x-callers are read from the declaration that enforces them.",
    },
    servers: [{ url: "/" }],
    tags: [...new Set([...operations.map(({ path }) => tagOf(path)), "auth"])].map((name) => ({ name })),
    paths: { ...paths, ...TOKEN_PATHS },
    components: components(outputSchemas(names)),
  };
}

function documented(operation: Operation, names: ReturnType<typeof outputNames>): DocumentedOperation {
  const { id, method, type, policy, procedure } = operation;
  const isCreated = method === "POST" && id.endsWith(".create");
  const schema = { $ref: `#/components/schemas/${names.get(operation.output)}` };
  const good = {
    description: isCreated ? "It is made." : "It is done.",
    headers: headersOf([
      ...(isCreated ? ["location" as const] : []),
      ...(type === "mutation" ? ["idempotency-replayed" as const] : []),
    ]),
    content: { "application/json": { schema } },
  };
  const refusals = (type === "query" ? OF_READS : OF_WRITES).map((status) => [status, refusalRef(status)]);
  const callers = policy.access === "public" ? [] : policy.callers;
  return {
    operationId: id,
    tags: [tagOf(operation.path)],
    summary: operation.summary,
    security: [...new Set(callers.map((caller) => SCHEMES[caller]))].map((name) => ({ [name]: [] })),
    parameters: parametersOf(operation),
    ...(method === "POST" || method === "PATCH" ? { requestBody: requestBodyOf(operation) } : {}),
    responses: { [isCreated ? 201 : 200]: good, ...Object.fromEntries(refusals) },
    "x-procedure": procedure,
    "x-permission": policy.access === "public" ? null : policy.permission,
    "x-limit": policy.limit,
    "x-audit": policy.access === "public" ? null : (policy.audit ?? null),
    "x-callers": callers,
    ...(policy.access === "public" && { "x-public-reason": policy.reason }),
  };
}

function parametersOf(operation: Operation): NonNullable<DocumentedOperation["parameters"]> {
  const { parameter, fields, required, method, policy, type } = operation;
  const ofPath = parameter && {
    name: parameter.name,
    in: "path",
    required: true,
    schema: parameter.mustBeCaller
      ? { type: "string", description: "Your own id, or `me`. Any other is refused." }
      : tidy(fields[parameter.field] ?? {}),
  };
  const inQuery = method === "GET" || method === "DELETE" ? Object.keys(fields) : [];
  return [
    ...(ofPath ? [ofPath] : []),
    ...inQuery
      .filter((name) => name !== parameter?.field)
      .map((name) => ({
        name,
        in: "query",
        required: required.includes(name),
        schema: tidy(fields[name] ?? {}),
      })),
    ...(policy.access !== "public" && policy.workspace === "header"
      ? [{ $ref: "#/components/parameters/Workspace" }]
      : []),
    ...(type === "mutation" ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
  ];
}

function requestBodyOf(operation: Operation): NonNullable<DocumentedOperation["requestBody"]> {
  const schema = bodyOf(operation);
  const example = exampleOf(operation);
  return {
    required: (schema.required ?? []).length > 0,
    content: { "application/json": { schema, ...(example && { example }) } },
  };
}

const tagOf = (path: string) => path.split("/")[1] ?? "";
