import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import next from "next";
import { readEnv, silenceTelemetry } from "@/server/env";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { createRuntime, type Runtime, shareRuntime } from "@/server/runtime";

const DRAIN_MS = 9_000;

/** Starts everything, says so in one line, and ends everything on SIGTERM or SIGINT. */
async function main(dev: boolean): Promise<void> {
  silenceTelemetry();
  const env = readEnv();
  let handle: Handle = starting;
  const server = createServer((request, response) => {
    identifyPeer(request);
    handle(request, response).catch(() => response.destroy());
  });
  // First, because database and pages take seconds: a port that can not be had is told at once.
  await listen(server, env.host, env.port);
  const runtime = await createRuntime(env, (line) => console.log(`holdfast: ${line}`));
  try {
    shareRuntime(runtime);
    // A promise that nobody awaited is a mistake of ours; ending the process would make it everybody's.
    process.on("unhandledRejection", (error) =>
      runtime.reportFailure(error, { requestId: "", path: undefined }),
    );
    const app = next({ dev, dir: process.cwd(), hostname: env.host, port: env.port, httpServer: server });
    await app.prepare();
    handle = app.getRequestHandler();
    endOnSignal(server, runtime);
    const link = await runtime.firstAdminLink();
    if (link)
      console.log(`holdfast: nobody is admin yet; within an hour, this link makes you the first:\n  ${link}`);
    console.log(`Holdfast is ready on ${env.baseUrl}`);
  } catch (error) {
    await runtime.close();
    throw error;
  }
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

async function starting(_: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(503, { "retry-after": "1", "cache-control": "no-store" }).end();
}

/** What a caller says about its own address is worth nothing; the socket is. */
function identifyPeer(request: IncomingMessage): void {
  request.headers[CLIENT_ADDRESS_HEADER] = request.socket.remoteAddress ?? "";
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

function endOnSignal(server: Server, runtime: Runtime): void {
  let ending = false;
  const end = (signal: NodeJS.Signals) => {
    if (ending) process.exit(1);
    ending = true;
    console.log(`holdfast: ${signal}, finishing what is under way`);
    setTimeout(() => process.exit(1), DRAIN_MS + 1_000).unref();
    setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
    server.close(() => {
      runtime.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
    server.closeIdleConnections();
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}

main(process.argv.includes("--dev")).catch((error: Error) => {
  for (const line of error.message.split("\n")) console.error(`holdfast: cannot start: ${line}`);
  process.exit(1);
});
