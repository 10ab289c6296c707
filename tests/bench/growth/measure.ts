import { Agent, request } from "node:http";
import { cpuMs } from "@/tests/bench/cpu";
import type { GrowthWork } from "@/tests/bench/growth/works";
import type { Ask } from "@/tests/bench/peers/peer";

/** What one call costs, one at a time. */
export interface Cost {
  /** Milliseconds until the answer is there. */
  median: number;
  p99: number;
  /** Milliseconds of PostgreSQL's CPU. */
  database: number;
}

interface Measuring {
  url: string;
  databasePid: number;
  calls: number;
}

/** Past so many calls a connection of the pool has settled on a plan; PostgreSQL thinks about it for five. */
const WARM_UP = 60;
/** Milliseconds that one work may take in all: what is slow is asked less often. */
const LONGEST_MS = 20_000;

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Calls one at a time, after some that do not count. @throws Error at a wrong answer. */
export async function measure(
  { name, ask, rows }: GrowthWork,
  { url, databasePid, calls }: Measuring,
): Promise<Cost> {
  const first = await call(url, ask);
  const found =
    (JSON.parse(first.text) as { result?: { data: { items?: unknown[] } } }).result?.data.items?.length ?? 0;
  if (first.status !== ask.expect || found < rows)
    throw new Error(`${name}: ${first.status} with ${found} rows of ${rows}: ${first.text.slice(0, 300)}`);
  const most = Math.max(5, Math.min(calls, Math.floor(LONGEST_MS / first.ms)));
  for (let index = 0; index < Math.min(WARM_UP, most); index++) await call(url, ask);
  const times: number[] = [];
  const before = cpuMs(databasePid);
  for (let index = 0; index < most; index++) {
    const { status, ms } = await call(url, ask);
    if (status !== ask.expect) throw new Error(`${name}: ${status} among answers of ${ask.expect}`);
    times.push(ms);
  }
  const database = (cpuMs(databasePid) - before) / most;
  times.sort((one, other) => one - other);
  return { median: times[Math.floor(most / 2)] ?? 0, p99: times[Math.floor(most * 0.99)] ?? 0, database };
}

function call(
  url: string,
  { method, path, headers, body }: Ask,
): Promise<{ status: number; text: string; ms: number }> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const asked = request(url + path, { agent, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const ms = performance.now() - began;
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString(), ms });
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
