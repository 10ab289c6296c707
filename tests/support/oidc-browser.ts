import { providerIdOf } from "@/server/identity/oidc/issuer";
import { type AuthAnswer, cookieOf, sendAuth } from "@/tests/support/browser";
import type { House } from "@/tests/support/house";

/** A browser that was sent to the provider, and what it took along. */
export interface Errand {
  url: URL;
  /** Its Cookie header, when it comes back. */
  cookie: string;
  state: string;
  nonce: string;
}

/** Begins a sign-in, or with a session's cookie the link of an account. */
export async function begin(house: House, session = ""): Promise<Errand> {
  const issuer = house.runtime.env.oidc?.issuer ?? "";
  const answer = await sendAuth(house, "POST", session ? "/link-social" : "/sign-in/social", {
    body: { provider: providerIdOf(issuer), callbackURL: session ? "/account" : "/w/home?a=b" },
    headers: session ? { cookie: session } : {},
  });
  if (answer.status !== 200) throw new Error(`the errand was refused: ${answer.text}`);
  const url = new URL(String(answer.body.url));
  const cookie = [session, cookieOf(answer)].filter(Boolean).join("; ");
  const of = (name: string) => url.searchParams.get(name) ?? "";
  return { url, cookie, state: of("state"), nonce: of("nonce") };
}

/** Comes back from the provider, by the address that it gave. */
export function comeBack(house: House, address: string | URL, cookie: string): Promise<AuthAnswer> {
  const { pathname, search } = new URL(address, house.runtime.env.baseUrl);
  return sendAuth(house, "GET", pathname.slice("/api/auth".length) + search, {
    // A navigation that another site began.
    headers: { cookie, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", origin: "" },
  });
}

/** Where an answer sends the browser, with its status: `302 /sign-in/problem?code=…`. */
export const wayOf = ({ status, headers }: AuthAnswer) => `${status} ${headers.get("location")}`;
export const problem = (code: string) => `302 /sign-in/problem?code=${code}`;
