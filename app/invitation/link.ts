/** What the fragment of an invitation's link holds: its secret, and to whom it was sent. */
export interface InvitationLink {
  token: string;
  email: string;
}

/** Reads `#<secret>.<address in base64url>`; null when it is not complete. */
export function readInvitationLink(fragment: string): InvitationLink | null {
  const [, token, address] = /^#([\w-]{43})\.([\w-]+)$/.exec(fragment) ?? [];
  if (!token || !address) return null;
  try {
    return { token, email: atob(address.replaceAll("-", "+").replaceAll("_", "/")) };
  } catch {
    return null;
  }
}
