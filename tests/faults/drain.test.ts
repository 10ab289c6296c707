import { type ChildProcess, spawn } from "node:child_process";
import { Agent, get } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { currentSecret } from "@/server/platform/secrets/versions";
import { eventually } from "@/tests/support/hold";
import { type House, openHouse, type Person } from "@/tests/support/house";

const ROOT = join(import.meta.dirname, "../..");
const CALLERS = 300;

let house: House;
let person: Person;
beforeAll(async () => {
  house = await openHouse();
  person = await house.person();
});
afterAll(() => house.close());

interface Server {
  port: number;
  child: ChildProcess;
  /** Exit code, and milliseconds from the start of waiting. */
  end(): Promise<{ code: number | null; took: number }>;
}

async function startServer(): Promise<Server> {
  const child = spawn(process.execPath, ["--import", "tsx", "tests/support/server-child.ts"], {
    cwd: ROOT,
    env: {
      NODE_ENV: "production",
      PATH: process.env.PATH,
      HOLDFAST_MODE: "development",
      HOLDFAST_DATA_DIR: house.runtime.env.dataDir,
      HOLDFAST_LIMITS: "floor=1000000/1m,read=1000000/1m",
      // Nobody is refused for being too many: a refusal here would be of the drain.
      MAX_CALLS: String(CALLERS),
      BETTER_AUTH_SECRET: currentSecret(house.runtime.secrets.auth()),
      DATABASE_URL: house.database.appUrl,
      DATABASE_AUTH_URL: house.database.authUrl,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const [, found] = /serves on (\d+)/.exec(text) ?? [];
      if (found) resolve(Number(found));
    });
    child.once("exit", () => reject(new Error("it did not start")));
  });
  const gone = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const end = async () => {
    const start = performance.now();
    return { code: await gone, took: performance.now() - start };
  };
  return { port, child, end };
}

interface Outcome {
  /** When the connection that carried it was there. */
  connected: number;
  status?: number;
  /** The whole body came. */
  isWhole?: boolean;
  closes?: boolean;
  error?: string;
}

const connections = new WeakMap<Socket, number>();

function ask(port: number, path: string, agent: Agent): Promise<Outcome> {
  return new Promise((resolve) => {
    const request = get({ port, host: "127.0.0.1", path, agent, headers: { cookie: person.cookie } });
    const connected = () => (request.socket && connections.get(request.socket)) ?? Number.POSITIVE_INFINITY;
    request.on("socket", (socket) => {
      if (!connections.has(socket)) socket.once("connect", () => connections.set(socket, performance.now()));
    });
    request.on("response", (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("close", () =>
        resolve({
          connected: connected(),
          status: answer.statusCode ?? 0,
          isWhole: answer.complete && (text.endsWith("}") || text === "page"),
          closes: answer.headers.connection === "close",
        }),
      );
    });
    request.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ connected: connected(), error: error.code ?? error.message }),
    );
  });
}

it("SIGTERM under load fails no request that was taken, ends streams, and ends the process", {
  timeout: 60_000,
}, async () => {
  const server = await startServer();
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS, maxFreeSockets: CALLERS });
  const stream = await fetch(
    `http://127.0.0.1:${server.port}/api/trpc/task.changes?input=${encodeURIComponent(JSON.stringify({ workspaceId: person.workspaceId }))}`,
    { headers: { cookie: person.cookie } },
  );
  expect(stream.status).toBe(200);
  const streamed = stream.text();
  const outcomes: Outcome[] = [];
  const answers = Array<number>(CALLERS).fill(0);
  let isOver = false;
  const callers = Array.from({ length: CALLERS }, async (_, number) => {
    const path = number % 3 === 0 ? "/a-page" : "/api/trpc/task.list";
    while (!isOver) {
      const outcome = await ask(server.port, path, agent);
      outcomes.push(outcome);
      answers[number] = (answers[number] ?? 0) + 1;
      // Nobody is there any more, or says that it goes.
      if (outcome.error || outcome.status === 503) return;
    }
  });
  // Every connection is accepted by then, and none has just come: some callers are served long before others.
  await eventually(async () => outcomes.length > 10 * CALLERS && Math.min(...answers) > 1);
  const told = performance.now();
  server.child.kill("SIGTERM");
  const { code, took } = await server.end();
  isOver = true;
  await Promise.all(callers);
  agent.destroy();

  expect(code).toBe(0);
  expect(took).toBeLessThan(10_000);
  expect(await streamed).toContain('"kind":"reset"');
  // Whatever came on a connection that was there is answered, before the signal and after it.
  const taken = outcomes.filter(({ connected }) => connected < told);
  expect(taken.length).toBeGreaterThan(CALLERS);
  expect(taken.filter(({ status, isWhole }) => status !== 200 || !isWhole)).toEqual([]);
  expect(taken.filter(({ closes }) => closes).length).toBeGreaterThan(CALLERS / 2);
  // Whoever came later was told to come again, or found nobody.
  const late = outcomes.filter(({ connected }) => connected >= told);
  expect(late.filter(({ status, closes, error }) => !error && !(status === 503 && closes))).toEqual([]);
  console.log(
    `drained ${taken.length} requests of ${CALLERS} callers, turned away ${late.length}, in ${Math.round(took)} ms`,
  );
});

it("SIGTERM with open streams and idle connections ends the process at once", {
  timeout: 60_000,
}, async () => {
  const server = await startServer();
  const agent = new Agent({ keepAlive: true });
  expect((await ask(server.port, "/a-page", agent)).status).toBe(200);
  const url = `http://127.0.0.1:${server.port}/api/trpc/task.changes?input=${encodeURIComponent(JSON.stringify({ workspaceId: person.workspaceId }))}`;
  const streams = await Promise.all(
    Array.from({ length: 5 }, () => fetch(url, { headers: { cookie: person.cookie } })),
  );
  expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const texts = Promise.all(streams.map((stream) => stream.text()));
  await sleep(300);
  server.child.kill("SIGTERM");
  const { code, took } = await server.end();
  expect(code).toBe(0);
  expect(took).toBeLessThan(3_000);
  for (const text of await texts) expect(text).not.toContain("serialized-error");
  agent.destroy();
});
