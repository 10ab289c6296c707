import { timingSafeEqual } from "node:crypto";
import { type JWTPayload, jwtVerify } from "jose";
import { fetchJson } from "@/server/identity/oidc/fetch-json";
import { OidcFault, type OidcSettings } from "@/server/identity/oidc/issuer";
import type { Metadata } from "@/server/identity/oidc/metadata";

interface Exchange {
  code: string;
  codeVerifier: string;
  redirectUri: string;
}

/** Gives the code for tokens; with PKCE, a code that was stolen on its way is worth nothing. */
export async function exchangeCode(
  { clientId, clientSecret }: OidcSettings,
  { tokenEndpoint, basic }: Metadata,
  { code, codeVerifier, redirectUri }: Exchange,
): Promise<{ idToken: string; accessToken: string }> {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    code_verifier: codeVerifier,
    redirect_uri: redirectUri,
    ...(!basic && { client_id: clientId, client_secret: clientSecret }),
  });
  // RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
  const encoded = [clientId, clientSecret].map((part) =>
    new URLSearchParams({ p: part }).toString().slice(2),
  );
  const authorization = `Basic ${Buffer.from(encoded.join(":")).toString("base64")}`;
  const answer = await fetchJson(tokenEndpoint, {
    method: "POST",
    body,
    headers: basic ? { authorization } : {},
  });
  const { id_token: idToken, access_token: accessToken } = answer;
  // Without an ID token there is no signature and no nonce: anybody's access token would do.
  if (typeof idToken !== "string" || typeof accessToken !== "string")
    throw new OidcFault("the provider gave no ID token");
  return { idToken, accessToken };
}

/**
 * The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7): signed by the issuer with one of its algorithms, for us and
 * nobody else, now, and for the request that this browser began.
 */
export async function verifyIdToken(
  { issuer, clientId }: OidcSettings,
  { keys, algorithms }: Metadata,
  { idToken, nonce }: { idToken: string; nonce: string },
): Promise<JWTPayload & { sub: string }> {
  const { payload } = await jwtVerify(idToken, keys, {
    issuer,
    audience: clientId,
    algorithms,
    requiredClaims: ["sub", "iat", "exp"],
    maxTokenAge: "10m",
    clockTolerance: 30,
  }).catch((cause: unknown) => {
    throw new OidcFault("the ID token is not valid", { cause });
  });
  const { sub, aud, azp } = payload;
  if (typeof sub !== "string" || !/^[\x21-\x7e]{1,255}$/.test(sub))
    throw new OidcFault("the ID token names nobody");
  if (Array.isArray(aud) && aud.length > 1 && azp === undefined)
    throw new OidcFault("the ID token is for several, and says not for which");
  if (azp !== undefined && azp !== clientId) throw new OidcFault("the ID token was made for another");
  if (!isSame(payload.nonce, nonce)) throw new OidcFault("the ID token is of another request");
  return { ...payload, sub };
}

/** Claims that the ID token leaves out; only when they are of the same subject (OpenID Connect Core 1.0, 5.3.2). */
export async function readUserinfo(
  { userinfoEndpoint }: Metadata,
  { accessToken, sub }: { accessToken: string; sub: string },
): Promise<Record<string, unknown>> {
  if (!userinfoEndpoint) return {};
  const claims = await fetchJson(userinfoEndpoint, { headers: { authorization: `Bearer ${accessToken}` } });
  if (claims.sub !== sub) throw new OidcFault("the user info is of somebody else");
  return claims;
}

function isSame(claimed: unknown, expected: string): boolean {
  const [one, other] = [Buffer.from(typeof claimed === "string" ? claimed : ""), Buffer.from(expected)];
  return other.length > 0 && one.length === other.length && timingSafeEqual(one, other);
}
