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
  { name, ask, rows, toTheEnd = false }: GrowthWork,
  { url, databasePid, calls }: Measuring,
): Promise<Cost> {
  const once = () => (toTheEnd ? readAll(url, ask) : call(url, ask));
  const first = await once();
  if (first.status !== ask.expect || first.found < rows)
    throw new Error(
      `${name}: ${first.status} with ${first.found} rows of ${rows}: ${first.text.slice(0, 300)}`,
    );
  const most = Math.max(5, Math.min(calls, Math.floor(LONGEST_MS / first.ms)));
  for (let index = 0; index < Math.min(WARM_UP, most); index++) await once();
  const times: number[] = [];
  const before = cpuMs(databasePid);
  for (let index = 0; index < most; index++) {
    const { status, ms } = await once();
    if (status !== ask.expect) throw new Error(`${name}: ${status} among answers of ${ask.expect}`);
    times.push(ms);
  }
  const database = (cpuMs(databasePid) - before) / most;
  times.sort((one, other) => one - other);
  return { median: times[Math.floor(most / 2)] ?? 0, p99: times[Math.floor(most * 0.99)] ?? 0, database };
}

interface Answer {
  status: number;
  text: string;
  /** Rows in it. */
  found: number;
  next: string | null;
  ms: number;
}

/** Reads a list page by page. What it says is of the last page, but for the rows and the time. */
async function readAll(url: string, ask: Ask): Promise<Answer> {
  const [path = "", query = ""] = ask.path.split("?input=");
  const input = JSON.parse(decodeURIComponent(query)) as object;
  let all: Answer = { status: 0, text: "", found: 0, next: null, ms: 0 };
  do {
    const cursor = all.next ?? undefined;
    const asked = `${path}?input=${encodeURIComponent(JSON.stringify({ ...input, cursor }))}`;
    const page = await call(url, { ...ask, path: asked });
    all = { ...page, found: all.found + page.found, ms: all.ms + page.ms };
  } while (all.status === ask.expect && all.next !== null);
  return all;
}

function call(url: string, { method, path, headers, body }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const asked = request(url + path, { agent, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const ms = performance.now() - began;
        const text = Buffer.concat(chunks).toString();
        resolve({ status: answer.statusCode ?? 0, text, ms, ...pageIn(text) });
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

interface Page {
  items?: unknown[];
  nextCursor?: string | null;
}

function pageIn(text: string): Pick<Answer, "found" | "next"> {
  if (!text.startsWith("{")) return { found: 0, next: null };
  const { items = [], nextCursor = null } =
    (JSON.parse(text) as { result?: { data: Page } }).result?.data ?? {};
  return { found: items.length, next: nextCursor };
}
