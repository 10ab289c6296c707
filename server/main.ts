import type { RequestListener, Server } from "node:http";
import next from "next";
import { type Env, loadEnv, silenceTelemetry } from "@/server/env";
import { endOnSignal, onHangUp } from "@/server/http/drain";
import { createGate, type Gate } from "@/server/http/gate";
import { apiMounts } from "@/server/http/mounts";
import { gateWitness } from "@/server/http/refusals";
import { createGuardedServer } from "@/server/http/server";
import { createRuntime, type Runtime, shareRuntime } from "@/server/runtime";

/** Starts everything, says so in one line, and ends everything on SIGTERM or SIGINT. */
async function main(dev: boolean): Promise<void> {
  silenceTelemetry();
  const env = await loadEnv();
  const { server, serve } = createGuardedServer({
    https: env.baseUrl.startsWith("https://"),
    allowUpgrade: dev,
  });
  // First, because database and pages take seconds: a port that can not be had is told at once.
  await listen(server, env.host, env.port);
  const report = (line: string) => console.log(`holdfast: ${line}`);
  const runtime = await createRuntime(env, report);
  try {
    shareRuntime(runtime);
    // A promise that nobody awaited is a mistake of ours; ending the process would make it everybody's.
    process.on("unhandledRejection", (error) =>
      runtime.reportFailure(error, { requestId: "", path: undefined }),
    );
    const gate = gateFor(env, runtime, await pagesOf(env, server, dev));
    serve(gate.listener);
    endOnSignal({ server, gate, close: runtime.close, report });
    onHangUp(runtime.reloadSecrets);
    const link = await runtime.firstAdminLink();
    if (link)
      console.log(`holdfast: nobody is admin yet; within an hour, this link makes you the first:\n  ${link}`);
    console.log(`Holdfast is ready on ${env.baseUrl}`);
  } catch (error) {
    await runtime.close();
    throw error;
  }
}

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
    corsOrigins: env.corsOrigins,
    baseUrl: env.baseUrl,
    proxies: env.trustedProxies,
    certificates: runtime.certificates,
    maxInFlight: env.maxInFlight,
    maxCalls: env.maxCalls,
    floor: runtime.limiter.floor,
    mounts: apiMounts(runtime),
    pages,
    isForged: runtime.isForged,
    renewCookies: runtime.renewCookies,
    faultOfToken: runtime.tokens.faultOf,
    onRefused: gateWitness(runtime),
    reportFailure: runtime.reportFailure,
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

main(process.argv.includes("--dev")).catch((error: Error) => {
  for (const line of error.message.split("\n")) console.error(`holdfast: cannot start: ${line}`);
  process.exit(1);
});
