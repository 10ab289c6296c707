import { z } from "zod";
import { headersOf, type RefusalStatus, refusalRef } from "@/server/http/rest-components";
import type { Field } from "@/server/http/rest-input";
import type { DocumentedOperation } from "@/server/http/rest-openapi";
import { tidy } from "@/server/http/rest-schemas";
import { TOKEN_ROUTES, TOKENS_BASE, type TokenRoute } from "@/server/http/token-routes";

const REFUSALS: readonly RefusalStatus[] = [400, 401, 403, 413, 415, 429, 500, 503];

/** The routes for tokens, by path, as the document has them: they are no procedures. */
export const TOKEN_PATHS: Record<string, { post: DocumentedOperation }> = Object.fromEntries(
  TOKEN_ROUTES.map((route) => [TOKENS_BASE + route.path, { post: documented(route) }]),
);

function documented({ path, summary, reason, limit, audit, body, answer }: TokenRoute): DocumentedOperation {
  const schema = schemaOf(body, "input");
  return {
    operationId: `auth.${path.slice(1)}`,
    tags: ["auth"],
    summary,
    // None in a header, but for the cookie of a session where the body is empty.
    security: path === "/token" ? [{ session: [] }, {}] : [{}],
    parameters: [],
    requestBody: {
      required: (schema.required ?? []).length > 0,
      content: { "application/json": { schema } },
    },
    responses: {
      200: {
        description: "It is done.",
        headers: headersOf([]),
        content: { "application/json": { schema: schemaOf(answer, "output") } },
      },
      ...Object.fromEntries(REFUSALS.map((status) => [status, refusalRef(status)])),
    },
    "x-procedure": null,
    "x-permission": null,
    "x-limit": limit,
    "x-audit": audit,
    "x-callers": [],
    "x-public-reason": reason,
  };
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Field {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return tidy(rest as Field);
}
