import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { Redis } from "ioredis";

/** Whether this machine has a Redis server; on Debian as root it is installed. In CI a missing one is a failure. */
export function hasRedis(): boolean {
  if (isThere()) return true;
  if (process.getuid?.() === 0) {
    // A bare machine has no package lists yet, and another test file may be installing at this moment.
    const apt = (...words: string[]) =>
      spawnSync("apt-get", ["-o", "DPkg::Lock::Timeout=120", ...words], { stdio: "ignore" });
    apt("update");
    apt("install", "-y", "--no-install-recommends", "redis-server");
  }
  if (isThere()) return true;
  if (process.env.CI) throw new Error("redis-server is missing: the shared limit stores can not be tested");
  console.warn("NOT RUN: redis-server is missing, the shared limit stores were not tested");
  return false;
}

const isThere = () => spawnSync("redis-server", ["--version"]).status === 0;

export interface RedisServer {
  url: string;
  port: number;
  /** Stops answering, connections stay; and goes on. */
  pause(): void;
  resume(): void;
  kill(): Promise<void>;
}

export async function startRedis(port?: number): Promise<RedisServer> {
  const chosen = port ?? (await freePort());
  const child = spawn(
    "redis-server",
    ["--port", String(chosen), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
    { stdio: "ignore" },
  );
  await answering(chosen, child);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    url: `redis://127.0.0.1:${chosen}`,
    port: chosen,
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function answering(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("redis-server did not start");
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface RestServer {
  url: string;
  token: string;
  /** What it answers instead, and after how many milliseconds. */
  lie?: { result?: unknown; status?: number; afterMs?: number };
  close(): Promise<void>;
}

/** Upstash's REST protocol over a real Redis: commands as JSON arrays, one or many, their flags line understood. */
export async function startRest(redis: RedisServer): Promise<RestServer> {
  const client = new Redis(redis.url).on("error", () => {});
  const scripts = new Map<string, string>();
  const run = async ([command = "", ...args]: string[]): Promise<unknown> => {
    if (command.toLowerCase() === "eval") scripts.set(sha1(args[0] ?? ""), plain(args[0] ?? ""));
    const script = command.toLowerCase() === "eval" ? plain(args[0] ?? "") : scripts.get(args[0] ?? "");
    if (script === undefined) throw new Error("NOSCRIPT No matching script. Please use EVAL.");
    return client.eval(script, Number(args[1]), ...args.slice(2));
  };
  const rest: RestServer = { url: "", token: "a token", close: async () => {} };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const say = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    try {
      const { lie } = rest;
      const body = (await jsonOf(request)) as unknown[][];
      if (request.headers.authorization !== `Bearer ${rest.token}`)
        return say(401, { error: "Unauthorized" });
      if (lie?.afterMs) await new Promise((resolve) => setTimeout(resolve, lie.afterMs));
      if (lie?.status) return say(lie.status, { error: "ERR internal" });
      const answers = request.url === "/pipeline" ? body : [body];
      const said = answers.map(async (command) => {
        if (lie && "result" in lie) return { result: lie.result };
        return run(command.map(String)).then(
          (result) => ({ result }),
          (error: Error) => ({ error: error.message }),
        );
      });
      const all = await Promise.all(said);
      if (request.url === "/pipeline") return say(200, all);
      return say("error" in (all[0] ?? {}) ? 400 : 200, all[0]);
    } catch (error) {
      return say(400, { error: (error as Error).message });
    }
  };
  const server: Server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  rest.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  rest.close = () =>
    new Promise((resolve) => {
      client.disconnect();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return rest;
}

const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");
const plain = (script: string) => script.replace(/^#!lua[^\n]*\n/, "");

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}
