import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { type Principal, Unauthenticated } from "@/server/identity/identity";
import { CERTIFICATE_HEADER } from "@/server/identity/keys/certificate";
import type { Activity } from "@/server/identity/records/activity";
import type { Records } from "@/server/identity/records/record";
import type { SessionToken } from "@/server/identity/session-cookie";
import type { Bearer } from "@/server/identity/tokens/bearer";

/** The one thing that is asked of headers: one by its name in lower case, or null. */
export type HeaderReader = Pick<Headers, "get">;

interface Credentials {
  tokenOf: (cookie: string | null) => SessionToken;
  records: Pick<Records, "find">;
  activity: Pick<Activity, "note">;
  bearer: Bearer;
  findKey(key: string, address: string | null): Promise<Principal>;
  findCertificate(value: string, workspaceId: string | null): Promise<Principal>;
}

/**
 * Finds the principal of a request by its one credential. A cookie that we did not sign costs no look-up, nor does a text
 * that is no key.
 * @throws Unauthenticated when there is none, it has ended, or its user is banned;
 *   DatabaseUnavailable when nobody can tell.
 */
export function createIdentify({
  tokenOf,
  records,
  activity,
  bearer,
  findKey,
  findCertificate,
}: Credentials) {
  return async (headers: HeaderReader): Promise<Principal> => {
    const authorization = headers.get("authorization");
    const token = tokenOf(headers.get("cookie"));
    const key = headers.get("x-api-key");
    const certificate = headers.get(CERTIFICATE_HEADER);
    // Exactly one credential: two could name two people, and no other kind is accepted.
    const presented = [token !== undefined, key !== null, certificate !== null, authorization !== null];
    if (presented.filter(Boolean).length !== 1) throw new Unauthenticated();
    if (key !== null) return findKey(key, headers.get(CLIENT_ADDRESS_HEADER));
    if (certificate !== null) return findCertificate(certificate, headers.get("x-workspace-id"));
    if (authorization === null && !token) throw new Unauthenticated();
    const finding = token ? records.find({ by: "cookie", token }) : bearer(authorization ?? "");
    const principal = finding instanceof Promise ? await finding : finding;
    if (!principal) throw new Unauthenticated();
    if (principal.sessionId) activity.note(principal.sessionId);
    return principal;
  };
}
