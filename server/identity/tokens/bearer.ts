import { copyOf, type Principal, Unauthenticated } from "@/server/identity/identity";
import type { Records } from "@/server/identity/records/record";
import type { Verified, Verify } from "@/server/identity/tokens/verify";

/** RFC 6750, 2.1: one scheme, one space, one token of these characters; nothing else is a credential. */
const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/;

/** The token of an Authorization header; undefined when it is no well-formed bearer credential. */
export const bearerOf = (authorization: string): string | undefined => BEARER.exec(authorization)?.[1];

/** Finds the principal behind an Authorization header. */
export type Bearer = (authorization: string) => Promise<Principal> | Principal;

/**
 * The token says which session, and the session's record says who that is and what they may do now: roles of a token are
 * for others to read.
 * @throws Unauthenticated; DatabaseUnavailable when nobody can tell.
 */
export function createBearer({ verify, records }: { verify: Verify; records: Records }): Bearer {
  const holderOf = (verified: Verified) => {
    if ("fault" in verified) throw new Unauthenticated(verified.fault);
    const { sid, sub } = verified.claims;
    const as = (principal: Principal | undefined): Principal => {
      if (!principal || principal.userId !== sub) throw new Unauthenticated();
      // A proof of presence is the browser's: a program that holds a token has given none.
      return Object.assign(copyOf(principal), { kind: "token" as const, provenAt: null });
    };
    const finding = records.find({ by: "session", id: sid });
    return finding instanceof Promise ? finding.then(as) : as(finding);
  };
  return (authorization) => {
    const token = bearerOf(authorization);
    if (token === undefined) throw new Unauthenticated();
    const verifying = verify(token);
    return verifying instanceof Promise ? verifying.then(holderOf) : holderOf(verifying);
  };
}
