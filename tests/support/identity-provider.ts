import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";
import { type OidcSettings, providerIdOf } from "@/server/identity/oidc/issuer";

export interface Profile {
  email?: string;
  email_verified?: unknown;
  name?: string;
}

/** A certified OpenID Connect provider on a local port, where whoever comes is signed in as `who`. */
export interface IdentityProvider {
  settings: OidcSettings;
  people: Map<string, Profile>;
  /** The `sub` of whom it signs in next. */
  who: string;
  close(): Promise<void>;
}

interface ProviderOptions {
  /** The product's base URL, to which people are sent back. */
  baseUrl: string;
  port?: number;
}

interface Ctx {
  oidc: { provider: Provider; client: { clientId: string }; session: { accountId: string } };
}

export async function startIdentityProvider({
  baseUrl,
  port = 0,
}: ProviderOptions): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { issuer, clientId: "holdfast", clientSecret: "a secret: of & the client", name: "Acme" };
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const idp: IdentityProvider = {
    settings: { ...settings, scopes: ["openid", "profile", "email"] },
    people: new Map(),
    who: "",
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: settings.clientId,
        client_secret: settings.clientSecret,
        redirect_uris: [`${baseUrl}/api/auth/callback/${providerIdOf(issuer)}`],
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: "sig", alg: "RS256", kid: "one" }] },
    cookies: { keys: ["a key for the cookies of a test"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, ...idp.people.get(sub) }),
    }),
    loadExistingGrant: async ({ oidc }: Ctx) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.session.accountId,
      });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    void (request.url?.startsWith("/interaction/")
      ? provider.interactionFinished(request, response, { login: { accountId: idp.who } })
      : answer(request, response));
  });
  return idp;
}

/** Follows the provider's redirects with its cookies, as a browser; answers the address that leads back to the product. */
export async function followUntil(start: string, baseUrl: string): Promise<string> {
  const jar = new Map<string, string>();
  let url = start;
  for (let step = 0; step < 10; step++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
      jar.set(name, value);
    }
    const location = response.headers.get("location");
    if (!location) throw new Error(`the provider answered ${response.status}: ${await response.text()}`);
    url = new URL(location, url).href;
    if (url.startsWith(baseUrl)) return url;
  }
  throw new Error("the provider leads nowhere");
}
