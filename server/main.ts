import { createServer, type RequestListener, type Server } from "node:http";
import next from "next";
import { type Env, readEnv, silenceTelemetry } from "@/server/env";
import { createGate, type Gate } from "@/server/http/gate";
import { apiMounts } from "@/server/http/mounts";
import { gateWitness } from "@/server/http/refusals";
import { createRuntime, type Runtime, shareRuntime } from "@/server/runtime";

const DRAIN_MS = 8_000;

/** Sizes in bytes, times in milliseconds: what a slow or talkative peer may take from us. */
const LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 2_000,
};

/** Starts everything, says so in one line, and ends everything on SIGTERM or SIGINT. */
async function main(dev: boolean): Promise<void> {
  silenceTelemetry();
  const env = readEnv();
  let listener: RequestListener = starting;
  const server = createServer(LIMITS, (request, response) => listener(request, response));
  // First, because database and pages take seconds: a port that can not be had is told at once.
  await listen(server, env.host, env.port);
  const runtime = await createRuntime(env, (line) => console.log(`holdfast: ${line}`));
  try {
    shareRuntime(runtime);
    // A promise that nobody awaited is a mistake of ours; ending the process would make it everybody's.
    process.on("unhandledRejection", (error) =>
      runtime.reportFailure(error, { requestId: "", path: undefined }),
    );
    const gate = gateFor(env, runtime, await pagesOf(env, server, dev));
    listener = gate.listener;
    refuseOddities(server, dev);
    endOnSignal(server, gate, runtime);
    const link = await runtime.firstAdminLink();
    if (link)
      console.log(`holdfast: nobody is admin yet; within an hour, this link makes you the first:\n  ${link}`);
    console.log(`Holdfast is ready on ${env.baseUrl}`);
  } catch (error) {
    await runtime.close();
    throw error;
  }
}

const starting: RequestListener = (_, response) => {
  response.writeHead(503, { "retry-after": "1", "cache-control": "no-store" }).end();
};

/** Next, in this process, behind the gate. */
async function pagesOf(env: Env, server: Server, dev: boolean): Promise<RequestListener> {
  const app = next({ dev, dir: process.cwd(), hostname: env.host, port: env.port, httpServer: server });
  await app.prepare();
  const handle = app.getRequestHandler();
  return (request, response) => void handle(request, response).catch(() => response.destroy());
}

function gateFor(env: Env, runtime: Runtime, pages: RequestListener): Gate {
  return createGate({
    hosts: new Set(runtime.origins.map((origin) => new URL(origin).host)),
    origins: runtime.origins,
    baseUrl: env.baseUrl,
    proxies: env.trustedProxies,
    maxInFlight: env.maxInFlight,
    floor: runtime.limiter.floor,
    mounts: apiMounts(runtime),
    pages,
    isForged: runtime.isForged,
    onRefused: gateWitness(runtime),
    reportFailure: runtime.reportFailure,
  });
}

/** What is no request: tunnels, protocol switches (but Next's reload in development), and unparseable bytes. */
function refuseOddities(server: Server, dev: boolean): void {
  if (!dev) server.removeAllListeners("upgrade").on("upgrade", (_, socket) => socket.destroy());
  server.on("connect", (_, socket) => socket.destroy());
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) return socket.destroy();
    const status =
      error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
}

function listen(server: Server, host: string, port: number): Promise<void> {
  const faults: Record<string, string> = {
    EADDRINUSE: `PORT ${port} is taken by another program; choose another with PORT=…`,
    EACCES: `PORT ${port} is not for this user to open; choose one above 1023 with PORT=…`,
    EADDRNOTAVAIL: `HOST ${host} is no address of this machine; use 127.0.0.1, or 0.0.0.0 for all.`,
    ENOTFOUND: `HOST ${host} is no address of this machine; use 127.0.0.1, or 0.0.0.0 for all.`,
  };
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const fault = faults[error.code ?? ""];
      reject(fault ? new Error(fault, { cause: error }) : error);
    });
    server.listen(port, host, resolve);
  });
}

function endOnSignal(server: Server, gate: Gate, runtime: Runtime): void {
  let ending = false;
  const end = (signal: NodeJS.Signals) => {
    if (ending) process.exit(1);
    ending = true;
    console.log(`holdfast: ${signal}, finishing what is under way`);
    setTimeout(() => process.exit(1), DRAIN_MS + 1_500).unref();
    setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
    server.close(() => {
      runtime.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
    gate.abortStreams();
    server.closeIdleConnections();
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}

main(process.argv.includes("--dev")).catch((error: Error) => {
  for (const line of error.message.split("\n")) console.error(`holdfast: cannot start: ${line}`);
  process.exit(1);
});
