/** What the OpenAPI document's operations have in common. */

/** Every refusal has the same envelope; the name is that of its component. */
const REFUSALS = {
  400: ["BadRequest", "The request or its input is not valid; issues name the places."],
  401: ["Unauthorized", "No credential, or none that is good now."],
  403: ["Forbidden", "Not yours, not there, or not granted: one answer for all three."],
  409: ["Conflict", "The state of the row, or of an earlier call with the same key, stands against it."],
  413: ["PayloadTooLarge", "The body is larger than 1 MiB."],
  415: ["UnsupportedMediaType", "The body is not application/json."],
  422: ["UnprocessableContent", "The idempotency-key stands for another call."],
  429: ["TooManyRequests", "The budget is spent; wait as long as retry-after says."],
  500: ["InternalServerError", "A fault of ours; the request id finds it."],
  503: ["ServiceUnavailable", "It can not be answered now; try again shortly."],
} as const;
export type RefusalStatus = keyof typeof REFUSALS;

const HEADERS = {
  "x-request-id": "Names the request in every log and audit row.",
  ratelimit: "What is left of the budget, and for how long (draft-ietf-httpapi-ratelimit-headers-10).",
  "ratelimit-policy": "The budget.",
  "retry-after": "Seconds to wait.",
  location: "The path of what was made.",
  "idempotency-replayed": "true when the answer is that of an earlier call.",
} as const;
type HeaderName = keyof typeof HEADERS;

const ERROR = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "requestId"],
      properties: {
        code: { type: "string", description: "Stable: programs decide by it." },
        message: { type: "string", description: "For people; may change." },
        requestId: { type: "string" },
        reason: { type: "string", description: "A stable word that tells apart what shares a code." },
        id: { type: "string", description: "The row that an answer which is not kept was about." },
        issues: {
          type: "array",
          items: {
            type: "object",
            required: ["path", "code", "message"],
            properties: { path: { type: "string" }, code: { type: "string" }, message: { type: "string" } },
          },
        },
      },
    },
  },
} as const;

const PARAMETERS = {
  Workspace: {
    name: "x-workspace-id",
    in: "header",
    description: "The workspace of the call; without it, your personal one.",
    schema: { type: "string", format: "uuid" },
  },
  IdempotencyKey: {
    name: "idempotency-key",
    in: "header",
    description: "The same key, operation and input give the first answer again, for 24 hours.",
    schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[!-~]+$" },
  },
} as const;

/** @param schemas Those of the answers, by name. */
export function components(schemas: Record<string, unknown>) {
  return {
    schemas: { ...schemas, Error: ERROR },
    parameters: PARAMETERS,
    headers: Object.fromEntries(
      Object.entries(HEADERS).map(([name, description]) => [
        name,
        { description, schema: { type: "string" } },
      ]),
    ),
    responses: Object.fromEntries(
      Object.entries(REFUSALS).map(([status, [name, description]]) => [name, refusal(status, description)]),
    ),
    securitySchemes: {
      session: {
        type: "apiKey",
        in: "cookie",
        name: "holdfast.session_token",
        description:
          "The session of a browser; over https its name begins with __Secure-. Writes must come from a page of ours.",
      },
      token: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      key: { type: "apiKey", in: "header", name: "x-api-key" },
    },
  };
}

export const refusalRef = (status: RefusalStatus) => ({
  $ref: `#/components/responses/${REFUSALS[status][0]}`,
});

/** References to the headers of every answer, and to others. */
export function headersOf(others: readonly HeaderName[]): Record<string, { $ref: string }> {
  const names: HeaderName[] = ["x-request-id", "ratelimit", "ratelimit-policy", ...others];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function refusal(status: string, description: string) {
  return {
    description,
    headers: headersOf(status === "429" || status === "503" ? ["retry-after"] : []),
    content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
  };
}
