import { createHash } from "node:crypto";
import type { OAuthProvider } from "@better-auth/core/oauth2";
import { APIError } from "better-auth/api";
import type { JWTPayload } from "jose";
import { z } from "zod";
import { OidcFault, type OidcSettings, providerIdOf } from "@/server/identity/oidc/issuer";
import type { Metadata } from "@/server/identity/oidc/metadata";
import { exchangeCode, readUserinfo, verifyIdToken } from "@/server/identity/oidc/tokens";

interface ProviderOptions {
  settings: OidcSettings;
  metadata: () => Promise<Metadata>;
  /** Whether nobody signs in before their address is confirmed. */
  requireEmailVerification: boolean;
  /** Told why somebody was not let in, in words of ours. */
  refused(reason: string): void;
}

type Claims = JWTPayload & { sub: string };
const given = z.object({ id_token: z.string(), access_token: z.string() });
const email = z.email().max(254).toLowerCase();

/**
 * A provider for Better Auth's own flow, which keeps state, verifier and nonce. The library's generic one takes tokens
 * without an ID token, any algorithm and any issuer that its metadata names, and stores the tokens; this one does not.
 */
export function createProvider({ settings, metadata, requireEmailVerification, refused }: ProviderOptions) {
  /** Better Auth shows a person that it failed; why is for us alone. */
  const told = <Result>(work: Promise<Result>): Promise<Result | null> =>
    work.catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== "OidcFault") throw error;
      refused(error.message);
      return null;
    });
  const provider: OAuthProvider<Claims> = {
    id: providerIdOf(settings.issuer),
    name: settings.name,
    issuer: settings.issuer,
    requiresIdTokenNonce: true,
    options: { requireEmailVerification, disableIdTokenSignIn: true },
    accountSubject: ({ profile }) => profile.sub,

    createAuthorizationURL: async ({ state, codeVerifier, redirectURI, idTokenNonce }) => {
      const found = await told(metadata());
      if (!found || !idTokenNonce) throw new APIError("SERVICE_UNAVAILABLE", { code: "OIDC_UNAVAILABLE" });
      const url = new URL(found.authorizationEndpoint);
      const query = {
        response_type: "code",
        client_id: settings.clientId,
        redirect_uri: redirectURI,
        scope: settings.scopes.join(" "),
        state,
        nonce: idTokenNonce,
        code_challenge: createHash("sha256").update(codeVerifier).digest("base64url"),
        code_challenge_method: "S256",
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return url;
    },

    validateAuthorizationCode: ({ code, codeVerifier, redirectURI }) =>
      told(
        (async () => {
          if (!codeVerifier) throw new OidcFault("the request was begun without PKCE");
          const exchange = { code, codeVerifier, redirectUri: redirectURI };
          const { idToken, accessToken } = await exchangeCode(settings, await metadata(), exchange);
          // Under `raw` alone: what has a name of its own would be stored with the account.
          return { raw: { id_token: idToken, access_token: accessToken } };
        })(),
      ),

    getUserInfo: ({ raw, expectedIdTokenNonce: nonce = "" }) =>
      told(
        (async () => {
          const { id_token: idToken, access_token: accessToken } = given.parse(raw);
          const found = await metadata();
          const signed = await verifyIdToken(settings, found, { idToken, nonce });
          const { sub } = signed;
          const more = signed.email === undefined ? await readUserinfo(found, { accessToken, sub }) : {};
          const claims = { ...more, ...signed };
          return { user: userOf(claims), data: claims };
        })(),
      ),
  };
  return provider;
}

/** An address counts as confirmed only where the provider says `true`: not "true", and not nothing. */
function userOf(claims: Record<string, unknown>) {
  const address = email.safeParse(claims.email).data ?? null;
  return {
    email: address,
    emailVerified: address !== null && claims.email_verified === true,
    name: nameOf(claims.name) || nameOf(claims.preferred_username) || nameOf(address?.split("@")[0]),
  };
}

/** One line of at most 100 characters, whatever the provider holds for a name. */
function nameOf(value: unknown): string {
  if (typeof value !== "string") return "";
  const line = value
    .toWellFormed()
    .normalize("NFC")
    .replace(/\p{Cc}+/gu, " ");
  return [...line.trim()].slice(0, 100).join("");
}
