import type { Variables } from "@/server/env/variables";

/** The logins of the two pools: Better Auth has its own, on the same server and with the same password unless told. */
export function authUrlOf(url: string): string {
  const auth = new URL(url);
  auth.username = "holdfast_auth";
  return auth.href;
}

/** Past a pooler, which would lose LISTEN; but never as the login that may create roles. */
export function listenUrlOf({ DATABASE_URL: url, DATABASE_DIRECT_URL: direct }: Variables): string | null {
  if (!url || !direct) return null;
  const { username, password } = new URL(url);
  return Object.assign(new URL(direct), { username, password }).href;
}

export const hostInUrl = (host: string) => (host.includes(":") ? `[${host}]` : host);
