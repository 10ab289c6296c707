import { createRemoteJWKSet, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import { fetchJson } from "@/server/identity/oidc/fetch-json";
import { OidcFault } from "@/server/identity/oidc/issuer";

const KEPT_MS = 3_600_000;
/** Signatures by a key that only the provider has: no shared secret, and never none. */
const ALGORITHMS = ["RS256", "ES256"];

/** What the provider says of itself (OpenID Connect Discovery 1.0), as far as it is used. */
export interface Metadata {
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userinfoEndpoint: string | null;
  keys: JWTVerifyGetKey;
  algorithms: string[];
  /** Whether a client authenticates by HTTP Basic; else in the body. */
  basic: boolean;
  /** It names itself in each answer (RFC 9207): one without its name was not made by it. */
  namesItself: boolean;
}

const document = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  userinfo_endpoint: z.url().optional(),
  jwks_uri: z.url(),
  id_token_signing_alg_values_supported: z.array(z.string()).default(["RS256"]),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(["client_secret_basic"]),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
});

/** Asks once an hour, and at the first use: a provider that is away does not keep the product from starting. */
export function createDiscovery(issuer: string, now: () => number = Date.now): () => Promise<Metadata> {
  let kept: { metadata: Promise<Metadata>; until: number } | undefined;
  return () => {
    if (!kept || now() > kept.until) {
      const asked = { metadata: discover(issuer), until: now() + KEPT_MS };
      kept = asked;
      asked.metadata.catch(() => {
        if (kept === asked) kept = undefined;
      });
    }
    return kept.metadata;
  };
}

async function discover(issuer: string): Promise<Metadata> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const parsed = document.safeParse(await fetchJson(url));
  if (!parsed.success) throw new OidcFault("the provider's metadata is not well formed");
  const said = parsed.data;
  // Else one who answers at this address could speak for another issuer (Discovery 1.0, 4.3).
  if (said.issuer !== issuer) throw new OidcFault("the provider's metadata is of another issuer");
  const places = [said.authorization_endpoint, said.token_endpoint, said.userinfo_endpoint, said.jwks_uri];
  const allowed = issuer.startsWith("https://") ? ["https:"] : ["https:", "http:"];
  if (places.some((place) => place !== undefined && !allowed.includes(new URL(place).protocol)))
    throw new OidcFault("the provider's metadata names a place that is not https");
  const algorithms = ALGORITHMS.filter((one) => said.id_token_signing_alg_values_supported.includes(one));
  if (algorithms.length === 0) throw new OidcFault("the provider signs with neither RS256 nor ES256");
  return {
    authorizationEndpoint: said.authorization_endpoint,
    tokenEndpoint: said.token_endpoint,
    userinfoEndpoint: said.userinfo_endpoint ?? null,
    keys: createRemoteJWKSet(new URL(said.jwks_uri), { timeoutDuration: 5_000 }),
    algorithms,
    basic: said.token_endpoint_auth_methods_supported.includes("client_secret_basic"),
    namesItself: said.authorization_response_iss_parameter_supported,
  };
}
