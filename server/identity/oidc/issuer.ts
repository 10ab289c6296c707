import { createHash } from "node:crypto";

/** The one provider that people may sign in with. */
export interface OidcSettings {
  /** As the provider writes it in its metadata and its tokens, to the letter. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What the button says. */
  name: string;
  /** `openid` among them. */
  scopes: readonly string[];
}

/**
 * The name under which accounts of an issuer are kept, with the provider's `sub`: an identity is (issuer, sub). Another
 * issuer is another name, so the same `sub` there is somebody else.
 */
export function providerIdOf(issuer: string): string {
  return `oidc-${createHash("sha256").update(issuer).digest("base64url").slice(0, 16)}`;
}

/** What went wrong, for the log alone: what a provider says is never shown. */
export class OidcFault extends Error {
  override readonly name = "OidcFault";
}
