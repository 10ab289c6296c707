import { createHash, randomBytes } from "node:crypto";

/** A fresh secret, 32 random bytes in base64url, and what is stored of it. */
export function makeInvitationToken(): { token: string; digest: string } {
  const token = randomBytes(32).toString("base64url");
  return { token, digest: invitationDigest(token) };
}

export function invitationDigest(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/**
 * The link of a letter. All lies in the fragment, which browsers never send: the secret, and whose it is, so that the
 * page can tell somebody who is signed in with another address.
 */
export function invitationLink(site: string, token: string, email: string): string {
  return `${site}/invitation#${token}.${Buffer.from(email).toString("base64url")}`;
}
