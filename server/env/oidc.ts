import type { Mode } from "@/server/env/faults";
import type { Variables } from "@/server/env/variables";

/** As `server/identity` wants it. */
export interface OidcEnv {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What the button says. */
  name: string;
  scopes: readonly string[];
}

/** What is wrong with the provider's variables: one line for each. */
export function faultsOfOidc(mode: Mode, read: Variables): string[] {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = read;
  const values = Object.entries({ OIDC_ISSUER: issuer, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET });
  const missing = values.filter(([, value]) => !value).map(([name]) => name);
  if (missing.length === values.length) return [];
  const faults = missing.map(
    (name) => `${name} is missing; OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together.`,
  );
  if (!issuer || issuer.startsWith("https://")) return faults;
  const isNear = ["127.0.0.1", "localhost", "[::1]"].includes(new URL(issuer).hostname);
  return isNear && mode !== "production"
    ? faults
    : [...faults, "OIDC_ISSUER must be https; http is for this machine, outside production."];
}

/** The provider, where it is configured. */
export function oidcOf(read: Variables): OidcEnv | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = read;
  if (!issuer || !clientId || !clientSecret) return null;
  return { issuer, clientId, clientSecret, name: read.OIDC_NAME, scopes: read.OIDC_SCOPES.split(" ") };
}
