import { publicError } from "@/server/guard/errors";
import { errorResponse } from "@/server/http/answers";
import { refusalOf } from "@/server/http/token-refusals";
import type { Principal } from "@/server/identity/identity";
import { JWKS_MAX_AGE_S } from "@/server/identity/tokens/key-store";
import type { Runtime } from "@/server/runtime";

/** Answers the routes below /api/auth that are ours and not Better Auth's. */
export async function answerOwn(
  runtime: Runtime,
  what: "jwks" | "token",
  caller: Principal | null,
  requestId: string,
): Promise<Response> {
  if (what === "jwks") {
    const keys = runtime.tokens.publicKeys();
    // Public for everybody, pages of other sites among them; a new key signs after two of these lifetimes only.
    const headers = {
      "cache-control": `public, max-age=${JWKS_MAX_AGE_S}`,
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
      "x-request-id": requestId,
    };
    return Response.json({ keys }, { headers });
  }
  if (caller?.kind !== "session") return errorResponse(refusalOf("UNAUTHORIZED"), requestId);
  const headers = { "cache-control": "no-store", "x-request-id": requestId };
  return runtime.tokens.forSession(caller).then(
    (set) => Response.json(set, { headers }),
    (error: unknown) => errorResponse(publicError(error), requestId),
  );
}
