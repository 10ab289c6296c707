import { decodeJwt, SignJWT } from "jose";
import postgres from "postgres";
import { openKeyPair } from "@/server/identity/tokens/jwt-plugin";
import { firstVersion } from "@/server/platform/secrets/versions";
import type { Bench } from "@/tests/bench/seed";

interface BadTokens {
  tampered: string[];
  expired: string[];
  malformed: string[];
}

/** Of good tokens: with another signature; signed by the server's own key and an hour old; with a piece cut off. */
export async function badTokens(bench: Bench, tokens: string[]): Promise<BadTokens> {
  const { kid, sign } = await signer(bench);
  const expired = tokens.map((token) => {
    const claims = decodeJwt(token);
    const anHourAgo = (time = 0) => time - 3600;
    return new SignJWT({ ...claims, iat: anHourAgo(claims.iat), exp: anHourAgo(claims.exp) })
      .setProtectedHeader({ alg: "RS256", typ: "at+jwt", kid })
      .sign(sign);
  });
  return {
    tampered: tokens.map(tampered),
    expired: await Promise.all(expired),
    malformed: tokens.map(malformed),
  };
}

/** One bit of the signature another. */
export function tampered(token: string): string {
  const [head = "", body = "", signature = ""] = token.split(".");
  const bytes = Buffer.from(signature, "base64url");
  bytes[7] = (bytes[7] ?? 0) ^ 1;
  return `${head}.${body}.${bytes.toString("base64url")}`;
}

export const malformed = (token: string): string => token.split(".").slice(0, 2).join(".");

/** The key that the server signs with now, taken out of its table with its secret. */
async function signer({ urls, secret }: Bench): Promise<{ kid: string; sign: CryptoKey }> {
  const sql = postgres(urls.admin, { max: 1, onnotice: () => {} });
  const [row] = await sql<{ kid: string; publicKey: string; privateKey: string }[]>`
    select id as kid, public_key as "publicKey", private_key as "privateKey" from jwks
    where signs_from <= now() and private_key <> '' and (expires_at is null or expires_at > now())
    order by signs_from desc limit 1`;
  await sql.end({ timeout: 5 });
  if (!row) throw new Error("there is no key");
  const { privateKey } = await openKeyPair(firstVersion(secret), row.kid, row);
  return { kid: row.kid, sign: privateKey as CryptoKey };
}
