import { type Principal, Unauthenticated } from "@/server/identity/identity";
import type { Activity } from "@/server/identity/records/activity";
import type { Records } from "@/server/identity/records/record";
import type { SessionToken } from "@/server/identity/session-cookie";
import type { Bearer } from "@/server/identity/tokens/bearer";

interface Credentials {
  tokenOf: (cookie: string | null) => SessionToken;
  records: Pick<Records, "find">;
  activity: Pick<Activity, "note">;
  bearer: Bearer;
}

/**
 * Finds the principal of a request by its one credential. A cookie that we did not sign costs no look-up.
 * @throws Unauthenticated when there is none, it has ended, or its user is banned;
 *   DatabaseUnavailable when nobody can tell.
 */
export function createIdentify({ tokenOf, records, activity, bearer }: Credentials) {
  return async (headers: Headers): Promise<Principal> => {
    const authorization = headers.get("authorization");
    if (authorization !== null && !headers.has("x-api-key") && tokenOf(headers.get("cookie")) === undefined)
      return bearer(authorization);
    // Exactly one credential: two could name two people, and no other kind is accepted.
    if (headers.has("authorization") || headers.has("x-api-key")) throw new Unauthenticated();
    const token = tokenOf(headers.get("cookie"));
    const principal = token && (await records.find({ by: "cookie", token }));
    if (!principal) throw new Unauthenticated();
    if (principal.sessionId) activity.note(principal.sessionId);
    return principal;
  };
}
