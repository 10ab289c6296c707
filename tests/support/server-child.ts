/** The server as `server/main.ts` starts it, but for Next: pages are answered by a line. Says its port when it serves. */
import type { AddressInfo } from "node:net";
import { loadEnv } from "@/server/env";
import { endOnSignal, onHangUp } from "@/server/http/drain";
import { createGate } from "@/server/http/gate";
import { apiMounts } from "@/server/http/mounts";
import { gateWitness } from "@/server/http/refusals";
import { createGuardedServer } from "@/server/http/server";
import { createRuntime } from "@/server/runtime";

const env = await loadEnv();
const runtime = await createRuntime(env);
const { server, serve } = createGuardedServer({ https: false, allowUpgrade: false });
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;
const gate = createGate({
  hosts: new Set([`127.0.0.1:${port}`]),
  origins: runtime.origins,
  corsOrigins: env.corsOrigins,
  baseUrl: env.baseUrl,
  proxies: env.trustedProxies,
  certificates: runtime.certificates,
  maxInFlight: env.maxInFlight,
  maxCalls: env.maxCalls,
  floor: runtime.limiter.floor,
  mounts: apiMounts(runtime),
  pages: (_, response) => response.end("page"),
  isForged: runtime.isForged,
  renewCookies: runtime.renewCookies,
  faultOfToken: runtime.tokens.faultOf,
  onRefused: gateWitness(runtime),
  reportFailure: runtime.reportFailure,
});
serve(gate.listener);
endOnSignal({ server, gate, close: runtime.close, report: () => {} });
onHangUp(runtime.reloadSecrets);
console.log(`serves on ${port}`);
