import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from "jose";
import type { OidcSettings } from "@/server/identity/oidc/issuer";

type Claims = Record<string, unknown>;

/** A provider that does what a test tells it to: every answer of it is made here, and none is to be trusted. */
export interface HostileProvider {
  settings: OidcSettings;
  /** Changes what it says of itself. */
  metadata: Claims;
  /** What its token endpoint answers; a string is sent as it stands. */
  tokens(): Promise<Claims | string>;
  userinfo: Claims;
  /** Form fields of the last exchange. */
  exchanged: URLSearchParams;
  status: number;
  /** An ID token signed by its key: without changes a good one. */
  sign(
    changes: Claims,
    options?: { header?: Partial<JWTHeaderParameters>; key?: "other" | "secret" },
  ): Promise<string>;
  close(): Promise<void>;
}

export async function startHostileProvider(): Promise<HostileProvider> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const other = await generateKeyPair("RS256");
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "RS256", use: "sig" }] };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = {
    issuer,
    clientId: "holdfast",
    clientSecret: "a secret",
    name: "Evil",
    scopes: ["openid"],
  };
  const now = () => Math.floor(Date.now() / 1000);
  const provider: HostileProvider = {
    settings,
    metadata: {},
    ...{ userinfo: {}, exchanged: new URLSearchParams(), status: 200 },
    tokens: async () => ({}),
    sign: (changes, { header = {}, key } = {}) => {
      const good = { iss: issuer, aud: "holdfast", iat: now(), exp: now() + 300 };
      const claims = Object.entries({ ...good, ...changes }).filter(([, value]) => value !== undefined);
      const secret = new TextEncoder().encode(settings.clientSecret.padEnd(32, "x"));
      const by = { other: other.privateKey, secret, own: privateKey }[key ?? "own"];
      return new SignJWT(Object.fromEntries(claims))
        .setProtectedHeader({ alg: key === "secret" ? "HS256" : "RS256", kid: "one", ...header })
        .sign(by);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on("request", (request, response) => {
    const send = (body: Claims | string, status = 200) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    };
    const path = request.url?.split("?")[0];
    if (path === "/jwks") return send(jwks);
    if (path === "/userinfo") return send(provider.userinfo);
    if (path !== "/token") return send({ ...metadataOf(issuer), ...provider.metadata });
    void (async () => {
      provider.exchanged = new URLSearchParams(await bodyOf(request));
      send(await provider.tokens(), provider.status);
    })();
  });
  return provider;
}

const metadataOf = (issuer: string): Claims => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/userinfo`,
  jwks_uri: `${issuer}/jwks`,
  id_token_signing_alg_values_supported: ["RS256", "HS256", "none"],
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
