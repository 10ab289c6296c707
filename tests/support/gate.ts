import type { RequestListener, Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { createGate, type Gate } from "@/server/http/gate";
import type { Mount } from "@/server/http/mount";
import { apiMounts } from "@/server/http/mounts";
import { gateWitness } from "@/server/http/refusals";
import { createGuardedServer, type ServerLimits } from "@/server/http/server";
import type { House } from "@/tests/support/house";

export interface Door {
  gate: Gate;
  server: Server;
  port: number;
  /** Requests that came through to the pages: method and the headers that arrived. */
  pages: { method: string; headers: Record<string, unknown> }[];
  /** Sends bytes as they are and reads until the peer ends or `ms` pass. */
  raw(text: string, ms?: number): Promise<string>;
  close(): Promise<void>;
}

/** The gate on a socket of its own, in front of a house and of a page that notes what reached it. */
export async function openDoor(
  house: House,
  options: {
    proxies?: string[];
    maxInFlight?: number;
    maxCalls?: number;
    mounts?: Mount[];
    /** Instead of the page that notes what reached it. */
    page?: RequestListener;
    limits?: ServerLimits;
    baseUrl?: string;
  } = {},
): Promise<Door> {
  const pages: Door["pages"] = [];
  const baseUrl = options.baseUrl ?? house.runtime.env.baseUrl;
  const { limits } = options;
  const { server, serve } = createGuardedServer({
    https: baseUrl.startsWith("https://"),
    allowUpgrade: false,
    ...(limits && { limits }),
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const gate = createGate({
    hosts: new Set([`127.0.0.1:${port}`, `localhost:${port}`]),
    origins: house.runtime.origins,
    corsOrigins: house.runtime.env.corsOrigins,
    baseUrl,
    proxies: options.proxies ?? [],
    certificates: house.runtime.certificates,
    maxInFlight: options.maxInFlight ?? 512,
    maxCalls: options.maxCalls ?? 8,
    floor: house.runtime.limiter.floor,
    mounts: options.mounts ?? apiMounts(house.runtime),
    pages:
      options.page ??
      ((request, response) => {
        pages.push({ method: request.method ?? "", headers: request.headers });
        response.end("page");
      }),
    isForged: house.runtime.isForged,
    renewCookies: house.runtime.renewCookies,
    faultOfToken: house.runtime.tokens.faultOf,
    onRefused: gateWitness(house.runtime),
    reportFailure: house.runtime.reportFailure,
  });
  serve(gate.listener);
  return {
    gate,
    server,
    port,
    pages,
    raw: (text, ms = 2_000) => rawExchange(port, text, ms),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function rawExchange(port: number, text: string, ms: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    const end = () => {
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(end, ms);
    socket.on("data", (data) => {
      answer += data.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(answer);
    });
    socket.write(text.replaceAll("\n", "\r\n"));
  });
}
