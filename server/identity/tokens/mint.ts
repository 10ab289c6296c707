import { signJWT } from "better-auth/plugins/jwt";
import { v4 } from "uuid";
import type { Principal } from "@/server/identity/identity";
import {
  type AccessClaims,
  rolesOf,
  TOKEN_LIFETIME_S,
  TOKEN_TYPE,
  type TokenParties,
} from "@/server/identity/tokens/claims";
import { JWT_OPTIONS, keyContext } from "@/server/identity/tokens/jwt-plugin";
import type { KeyRing } from "@/server/identity/tokens/key-ring";
import { firstVersion } from "@/server/platform/secrets/versions";

/** What makes two tokens of one session equal: the same moment and the same name give the same token. */
export interface Minting {
  /** Seconds since 1970; now unless said. */
  iat?: number;
  jti?: string;
}

/** Mints an access token for the session behind a principal. */
export type Mint = (principal: Principal, minting?: Minting) => Promise<string>;

/**
 * The one place where access tokens are made: Better Auth's `signJWT` with our claims, our header and a key at hand.
 * @throws DatabaseUnavailable when there is no key to sign with; Error for a principal without a session.
 */
export function createMint(ring: KeyRing, { issuer: iss, audience: aud }: TokenParties): Mint {
  // With the key at hand it opens nothing, so it is handed no secret.
  const ctx = keyContext(firstVersion(""));
  return async (principal, { iat = Math.floor(Date.now() / 1000), jti = v4() } = {}) => {
    const { userId, sessionId } = principal;
    if (!sessionId) throw new Error("a token needs a session to end with");
    const payload: AccessClaims = {
      ...{ iss, aud, sub: userId, user_id: userId, roles: rolesOf(principal), sid: sessionId, jti },
      ...{ iat, exp: iat + TOKEN_LIFETIME_S },
    };
    return signJWT(ctx, {
      options: JWT_OPTIONS,
      payload,
      header: { typ: TOKEN_TYPE },
      resolvedKey: ring.signer(iat * 1000 + 999),
    });
  };
}
