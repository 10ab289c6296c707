import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from "jose";
import { v7 } from "uuid";
import { handleTokens } from "@/server/http/tokens";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { openKeyPair } from "@/server/identity/tokens/jwt-plugin";
import type { House } from "@/tests/support/house";

export const PARTIES = { issuer: "https://holdfast.test", audience: "https://api.holdfast.test" };

export interface TestKey {
  kid: string;
  sign: CryptoKey;
  verify: CryptoKey;
  /** The public half, as text of an attacker who has read the JWKS. */
  publicText: string;
}

export async function makeKey(kid = v7()): Promise<TestKey> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  const verify = (await importJWK(jwk, "RS256")) as CryptoKey;
  return { kid, sign: privateKey, verify, publicText: JSON.stringify(jwk) };
}

/** Claims as they should be, at a moment in seconds. */
export function goodClaims(now: number): JWTPayload & Record<string, unknown> {
  const userId = v7();
  return {
    ...{ iss: PARTIES.issuer, aud: PARTIES.audience, sub: userId, user_id: userId, roles: ["user"] },
    ...{ sid: v7(), jti: v7(), iat: now, exp: now + 300 },
  };
}

/** A token by a key, with its header and claims as given. */
export function signed(
  key: Pick<TestKey, "kid" | "sign">,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  const full: JWTHeaderParameters = { alg: "RS256", typ: "at+jwt", kid: key.kid, ...header };
  const crit = full.crit && { crit: Object.fromEntries(full.crit.map((name) => [name, true])) };
  return new SignJWT(claims).setProtectedHeader(full).sign(key.sign, crit);
}

export const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The same token with one bit of its signature another. */
export function tampered(token: string): string {
  const [head = "", body = "", signature = ""] = token.split(".");
  const bytes = Buffer.from(signature, "base64url");
  bytes[7] = (bytes[7] ?? 0) ^ 1;
  return `${head}.${body}.${bytes.toString("base64url")}`;
}

/** The key that a house signs with now, taken out of its database with its secret. */
export async function keyOfHouse({ admin, runtime }: House): Promise<Pick<TestKey, "kid" | "sign">> {
  const [row] = await admin<{ kid: string; publicKey: string; privateKey: string }[]>`
    select id as kid, public_key as "publicKey", private_key as "privateKey" from jwks
    where signs_from <= now() and private_key <> '' and (expires_at is null or expires_at > now())
    order by signs_from desc limit 1`;
  if (!row) throw new Error("there is no key");
  const { kid, privateKey } = await openKeyPair(runtime.secrets.auth(), row.kid, row);
  return { kid, sign: privateKey as CryptoKey };
}

export interface TokenAnswer {
  status: number;
  headers: Headers;
  body: {
    accessToken: string;
    refreshToken: string;
    expiresIn: number;
    tokenType: string;
    error?: { code: string; issues?: unknown[] };
  };
}

/** A request to /api/v1/auth, as a program sends it, without a socket. */
export async function sendTokens(
  house: Pick<House, "runtime">,
  path: "/token" | "/refresh" | "/revoke",
  body: unknown,
  headers: Record<string, string> = {},
): Promise<TokenAnswer> {
  const answer = await handleTokens(
    house.runtime,
    new Request(`${house.runtime.env.baseUrl}/api/v1/auth${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        [CLIENT_ADDRESS_HEADER]: "192.0.2.7",
        "user-agent": "a program/1",
        ...headers,
      },
      body: JSON.stringify(body),
    }),
  );
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

export const claimsIn = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
