/** Sends requests at times that were drawn before: an open loop. Latency counts from those times, not from the sending. */
import { coreUse, sharesBetween } from "@/tests/bench/core-use";
import { Connection } from "@/tests/bench/overload/connection";
import type { Job, Outcome, Stream } from "@/tests/bench/overload/generator";
import { createTally, percentile, type Tally } from "@/tests/bench/overload/tally";

/** Longest sleep between two looks at the clock, in milliseconds: a timer's own grain is a whole one. */
const GRAIN_MS = 0.2;
/** Milliseconds after the last request in which answers still count; then what is missing has failed. */
const PATIENCE_MS = 5_000;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

process.on("message", (job: Job) => {
  run(job).then(
    (outcome) => process.send?.(outcome),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

interface Flow {
  requests: readonly Buffer[];
  next: number;
  tally: Tally;
  perSecond: number;
  /** When its next request is due; never, where callers wait for answers. */
  due: number;
}

async function run(job: Job): Promise<Outcome> {
  const { url, streams, warmUp, seconds, connections: most, serverPid } = job;
  const port = Number(new URL(url).port);
  const start = performance.now();
  const from = start + warmUp * 1000;
  const until = from + seconds * 1000;
  const shared = Buffer.allocUnsafe(65_536);
  const all: Connection[] = [];
  const free: Connection[] = [];
  const waiting: { flow: Flow; due: number }[] = [];
  const lateness: number[] = [];
  let waited = 0;
  let open = 0;

  const flows = streams.map((stream) => flowOf(stream, url, start, [from, until]));
  const connection = () => {
    const found = free.pop();
    if (found || all.length >= most) return found;
    const made = new Connection(port, shared);
    all.push(made);
    return made;
  };
  const send = (flow: Flow, due: number, by: Connection) => {
    const { requests, tally } = flow;
    const request = requests[flow.next++ % requests.length] as Buffer;
    open++;
    tally.sent(due);
    by.send(request, (status) => {
      open--;
      const now = performance.now();
      tally.answered(status, due, now);
      free.push(by);
      if (flow.perSecond === 0) {
        if (now < until) ask(flow, now);
      } else {
        const next = waiting.shift();
        if (next) send(next.flow, next.due, free.pop() as Connection);
      }
    });
  };
  const ask = (flow: Flow, due: number) => {
    const by = connection();
    if (by) send(flow, due, by);
    else {
      if (due >= from) waited++;
      waiting.push({ flow, due });
    }
  };

  streams.forEach(({ load }, index) => {
    const flow = flows[index] as Flow;
    if ("callers" in load) for (let caller = 0; caller < load.callers; caller++) ask(flow, start);
  });
  let before = usage(serverPid);
  let isCounting = false;
  for (let now = start; now < until; now = performance.now()) {
    if (!isCounting && now >= from) {
      isCounting = true;
      before = usage(serverPid);
    }
    let soonest = now + GRAIN_MS;
    for (const flow of flows) {
      for (; flow.due <= now; flow.due += gap(flow.perSecond)) {
        if (flow.due >= from) lateness.push(performance.now() - flow.due);
        ask(flow, flow.due);
      }
      soonest = Math.min(soonest, flow.due);
    }
    await turn();
    const left = Math.min(soonest, until) - performance.now();
    // Asleep nothing is read, but for no longer than the grain.
    if (left > 0) Atomics.wait(sleeper, 0, 0, left);
  }
  const after = usage(serverPid);
  for (const deadline = until + PATIENCE_MS; open > 0 && performance.now() < deadline; ) await turn();
  const elapsed = after.at - before.at;
  for (const one of all) one.end();
  for (const { due, flow } of waiting) flow.tally.sent(due);
  return {
    streams: flows.map(({ tally }) => tally.seen()),
    lateness: { p50: percentile(lateness, 0.5), p99: percentile(lateness, 0.99) },
    waited,
    generatorBusy: (after.own - before.own) / elapsed,
    core: sharesBetween(before.core, after.core, elapsed),
  };
}

function flowOf(
  { name, asks, load }: Stream,
  url: string,
  start: number,
  [from, until]: [from: number, until: number],
): Flow {
  const { host } = new URL(url);
  const perSecond = "perSecond" in load ? load.perSecond : 0;
  return {
    requests: asks.map((ask) => bytesOf(ask, host)),
    ...{ next: 0, perSecond, tally: createTally(name, from, until) },
    due: perSecond > 0 ? start + gap(perSecond) : Number.POSITIVE_INFINITY,
  };
}

function bytesOf({ method, path, headers, body = "" }: Stream["asks"][number], host: string): Buffer {
  const lines = Object.entries({
    host,
    ...headers,
    ...(body && { "content-length": Buffer.byteLength(body) }),
  });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`);
}

/** Milliseconds to the next of events that come at random, so many a second. */
const gap = (perSecond: number) => (-Math.log(1 - Math.random()) * 1000) / perSecond;

/** One turn of the event loop, in which sockets are read. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Milliseconds of CPU so far. */
function usage(serverPid: number) {
  const { user, system } = process.cpuUsage();
  return { at: performance.now(), own: (user + system) / 1000, core: coreUse(serverPid) };
}
