import type { GenericEndpointContext } from "@better-auth/core";
import { createJwk, type JwtOptions, jwt, resolveSigningKey } from "better-auth/plugins/jwt";
import { TOKEN_ALGORITHM, TOKEN_LIFETIME_S } from "@/server/identity/tokens/claims";
import type { Versions } from "@/server/platform/secrets/versions";

/** Below /api/auth. */
const JWKS_PATH = "/.well-known/jwks.json";

/**
 * What Better Auth's plugin is told. Its own routes are closed: its `/token` sets no `typ`, and its JWKS has no lifetime.
 * Ours issue by its `signJWT`, from its table.
 */
export const JWT_OPTIONS = {
  jwks: { jwksPath: JWKS_PATH, keyPairConfig: { alg: TOKEN_ALGORITHM, modulusLength: 2048 } },
  jwt: { expirationTime: `${TOKEN_LIFETIME_S}s` },
  disableSettingJwtHeader: true,
} satisfies JwtOptions;

export const jwtPlugin = () => jwt(JWT_OPTIONS);

/** The part of the library's context that its key functions read. */
export function keyContext(secrets: Versions): GenericEndpointContext {
  const secretConfig = { keys: new Map(secrets.secrets), currentVersion: secrets.current };
  return { context: { secretConfig, options: {} } } as unknown as GenericEndpointContext;
}

/** A key pair as the table holds it: the private half encrypted under the current secret, with its version. */
export interface KeyPair {
  publicKey: string;
  privateKey: string;
}

/** Makes a key pair. Costs a tenth of a second of CPU, and stores nothing. */
export async function makeKeyPair(secrets: Versions): Promise<KeyPair> {
  const { publicKey, privateKey } = await createJwk(keyContext(secrets), {
    ...JWT_OPTIONS,
    adapter: { createJwk: async (made) => ({ ...made, id: "" }) },
  });
  return { publicKey, privateKey };
}

export type SigningKey = NonNullable<Awaited<ReturnType<typeof resolveSigningKey>>>;

/** @throws when no secret that we have opens the private half. */
export async function openKeyPair(secrets: Versions, kid: string, pair: KeyPair): Promise<SigningKey> {
  const key = { ...pair, id: kid, alg: TOKEN_ALGORITHM, createdAt: new Date(0) } as const;
  const opened = await resolveSigningKey(
    keyContext(secrets),
    { ...JWT_OPTIONS, adapter: { getJwks: async () => [key] } },
    { signingKeyId: kid },
  );
  if (!opened) throw new Error("the plugin signs elsewhere");
  return opened;
}
