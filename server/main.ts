import { createServer, type IncomingMessage, type Server } from "node:http";
import next from "next";
import { readEnv, silenceTelemetry } from "@/server/env";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { createRuntime, type Runtime, shareRuntime } from "@/server/runtime";

const DRAIN_MS = 9_000;

/** Starts everything, says so in one line, and ends everything on SIGTERM or SIGINT. */
async function main(dev: boolean): Promise<void> {
  silenceTelemetry();
  const env = readEnv();
  const runtime = await createRuntime(env, (line) => console.log(`holdfast: ${line}`));
  try {
    shareRuntime(runtime);
    const server = createServer();
    const app = next({ dev, dir: process.cwd(), hostname: env.host, port: env.port, httpServer: server });
    await app.prepare();
    const handle = app.getRequestHandler();
    server.on("request", (request, response) => {
      identifyPeer(request);
      handle(request, response).catch(() => response.destroy());
    });
    await listen(server, env.host, env.port);
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

/** What a caller says about its own address is worth nothing; the socket is. */
function identifyPeer(request: IncomingMessage): void {
  request.headers[CLIENT_ADDRESS_HEADER] = request.socket.remoteAddress ?? "";
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(
        taken ? new Error(`PORT ${port} is taken by another program; choose another with PORT=…`) : error,
      );
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
