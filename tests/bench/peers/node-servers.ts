import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { exportSPKI, generateKeyPair } from "jose";
import { BUNDLING } from "@/server/cli/build.mjs";
import { BUILT } from "@/tests/bench/built";
import { bearerLines, firstOf, ownersOf } from "@/tests/bench/peers/bearer-lines";
import type { Peer } from "@/tests/bench/peers/peer";
import type { Bench } from "@/tests/bench/seed";
import { freePort, serve } from "@/tests/bench/serve";

export const fastifyPeer: Peer = {
  key: "f",
  title: "Fastify, @fastify/jwt (HS256), postgres.js",
  prepare: () => bundle("fastify"),
  start: async (bench) => {
    const key = new TextEncoder().encode(bench.secret);
    return start(bench, { name: "fastify", alg: "HS256", key, env: { JWT_SECRET: bench.secret } });
  },
};

export const bare: Peer = {
  key: "g",
  title: "bare node:http, jose (RS256), postgres.js",
  prepare: () => bundle("bare"),
  start: async (bench) => {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    const env = { JWT_PUBLIC_KEY: await exportSPKI(publicKey) };
    return start(bench, { name: "bare", alg: "RS256", key: privateKey, env });
  },
};

interface NodeServer {
  name: string;
  alg: "HS256" | "RS256";
  key: Parameters<typeof bearerLines>[2];
  env: Record<string, string>;
}

async function start(bench: Bench, { name, alg, key, env }: NodeServer) {
  const port = await freePort();
  const served = await serve({
    command: [process.execPath, bundleOf(name)],
    env: { ...env, PORT: String(port), DATABASE_URL: bench.urls.peers },
    log: bench.place(`${name}.log`),
    url: `http://127.0.0.1:${port}`,
    first: await firstOf(bench.callers, alg, key),
  });
  return { ...served, ownersOf, lines: bearerLines(bench.callers, alg, key) };
}

export const bundleOf = (name: string) => join(BUILT, `${name}.mjs`);

/** Run as plain JavaScript, as in production. */
export async function bundle(name: string): Promise<void> {
  mkdirSync(BUILT, { recursive: true });
  await build({
    entryPoints: [`tests/bench/peers/${name}/server.ts`],
    outfile: bundleOf(name),
    ...BUNDLING,
  });
}
