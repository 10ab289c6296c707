import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What a store answers: secrets by name, each with its keys, as GET /v1.0/secrets/{store}/bulk tells them. */
export type Held = Record<string, Record<string, string>>;

export interface Sidecar {
  port: number;
  store: string;
  held: Held;
  /** Names that its scope does not allow. */
  denied: Set<string>;
  /** Some stores can not list. */
  lists: boolean;
  /** A status with which it answers everything. */
  broken: number | null;
  requests: string[];
  close(): Promise<void>;
}

/** A stand-in for a Dapr sidecar that speaks its secrets API (docs.dapr.io/reference/api/secrets_api). */
export async function startSidecar(apiToken: string): Promise<Sidecar> {
  const sidecar: Sidecar = {
    ...{ port: 0, store: "vault", held: {}, denied: new Set(), lists: true, broken: null, requests: [] },
    close: () => new Promise((resolve) => void server.close(() => resolve()).closeAllConnections()),
  };
  const answer = (url: string, token: string | undefined): [status: number, body?: object] => {
    if (token !== apiToken) return [401, { errorCode: "ERR_UNAUTHENTICATED" }];
    const [, version, kind, store, name = ""] = url.split("/").map(decodeURIComponent);
    if (version !== "v1.0" || kind !== "secrets") return [404];
    if (sidecar.broken !== null) return [sidecar.broken, { errorCode: "ERR_SECRET_GET" }];
    if (store !== sidecar.store) return [400, { errorCode: "ERR_SECRET_STORE_NOT_FOUND" }];
    const allowed = Object.entries(sidecar.held).filter(([held]) => !sidecar.denied.has(held));
    if (name === "bulk")
      return sidecar.lists ? [200, Object.fromEntries(allowed)] : [500, { errorCode: "ERR_SECRET_GET" }];
    if (sidecar.denied.has(name)) return [403, { errorCode: "ERR_PERMISSION_DENIED" }];
    const held = sidecar.held[name];
    return held ? [200, held] : [204];
  };
  const server: Server = createServer((request, response) => {
    const { url = "", headers } = request;
    sidecar.requests.push(`${request.method} ${url}`);
    const [status, body] = answer(url, headers["dapr-api-token"]?.toString());
    response.writeHead(status, { "content-type": "application/json" });
    response.end(body && JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  sidecar.port = (server.address() as AddressInfo).port;
  return sidecar;
}
