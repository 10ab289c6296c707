import { providerIdOf } from "@/server/identity/oidc/issuer";
import { type AuthAnswer, cookieOf, signIn, signUp } from "@/tests/support/browser";
import { type House, openHouse } from "@/tests/support/house";
import { followUntil, type IdentityProvider, startIdentityProvider } from "@/tests/support/identity-provider";
import { begin, comeBack } from "@/tests/support/oidc-browser";

export const BASE = "http://127.0.0.1:3000";

/** The product beside a provider that it trusts, and what a test looks at. */
export interface OidcHouse {
  house: House;
  idp: IdentityProvider;
  providerId: string;
  /** Somebody whom the provider knows. */
  known(profile?: object): { sub: string; email: string };
  /** The whole way: to the provider, there signed in as `sub`, and back. */
  go(sub: string, session?: string): Promise<AuthAnswer>;
  /** Somebody with a password and a confirmed address: the cookie of a session. */
  withPassword(email: string): Promise<string>;
  accountsOf(email: string): Promise<Record<string, string | null>[]>;
  whoIs(cookie: string): Promise<{ status: number; text: string }>;
  trailOf(email: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function openOidcHouse(): Promise<OidcHouse> {
  const idp = await startIdentityProvider({ baseUrl: BASE });
  const house = await openHouse({ oidc: idp.settings });
  const { admin } = house;
  let made = 0;
  return {
    ...{ house, idp, providerId: providerIdOf(idp.settings.issuer) },
    known: (profile = {}) => {
      const sub = `sub-${++made}`;
      const email = `known-${made}@example.com`;
      idp.people.set(sub, { email, email_verified: true, name: "Ada Lovelace", ...profile });
      return { sub, email };
    },
    go: async (sub, session = "") => {
      idp.who = sub;
      const errand = await begin(house, session);
      return comeBack(house, await followUntil(errand.url.href, BASE), errand.cookie);
    },
    withPassword: async (email) => {
      await signUp(house, email);
      await admin`update "user" set email_verified = true where email = ${email}`;
      return cookieOf(await signIn(house, email));
    },
    accountsOf: async (email) => [
      ...(await admin<Record<string, string | null>[]>`
        select a.provider_id, a.account_id, a.access_token, a.refresh_token, a.id_token
        from account a join "user" u on u.id = a.user_id where u.email = ${email} order by a.provider_id`),
    ],
    whoIs: (cookie) => house.call(null, "me.get", undefined, { cookie }),
    trailOf: async (email) => {
      const rows = await admin<{ action: string }[]>`
        select action from audit_event e join "user" u on u.id = e.actor_id where u.email = ${email} order by xid, e.id`;
      return rows.map(({ action }) => action);
    },
    close: async () => {
      await house.close();
      await idp.close();
    },
  };
}
