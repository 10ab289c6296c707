/** `npm run bench`: Holdfast beside what people build otherwise. See tests/bench/README.md. */
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { canPin, moveTo, OTHER_CORE } from "@/tests/bench/cores";
import { cpuMs, memoryMiB } from "@/tests/bench/cpu";
import { startLoad } from "@/tests/bench/load";
import { type Entrant, measureWork, type Row } from "@/tests/bench/measure";
import { type Options, readOptions, USAGE } from "@/tests/bench/options";
import { fastapi } from "@/tests/bench/peers/fastapi";
import { holdfast, holdfastInNext, holdfastOverRedis } from "@/tests/bench/peers/holdfast";
import { bare, fastifyPeer } from "@/tests/bench/peers/node-servers";
import type { Peer } from "@/tests/bench/peers/peer";
import { runPgbench } from "@/tests/bench/peers/pgbench";
import { t3, t3WithCookieCache } from "@/tests/bench/peers/t3";
import { unguarded } from "@/tests/bench/peers/unguarded";
import { conditionsNow, type Report } from "@/tests/bench/report";
import { type Bench, openBench } from "@/tests/bench/seed";
import { asText } from "@/tests/bench/table";
import { writeReport } from "@/tests/bench/write";

const PEERS: readonly Peer[] = [
  holdfast,
  holdfastOverRedis,
  holdfastInNext,
  t3,
  t3WithCookieCache,
  fastapi,
  fastifyPeer,
  bare,
  unguarded,
];
const IDLE_S = 3;

/** Never resolves: whatever waits for it gives up, and what was started is ended and removed. */
const interrupted = new Promise<never>((_, reject) => {
  const stop = (signal: string) => reject(new Error(`stopped by ${signal}`));
  process.once("SIGINT", stop).once("SIGTERM", stop);
});
// It may come while nobody waits.
interrupted.catch(() => {});

const say = (line: string) => console.error(`bench: ${line}`);

async function main(options: Options): Promise<void> {
  const { only } = options;
  const chosen = PEERS.filter(({ key }) => !only || only.includes(key));
  const missing = chosen.flatMap((peer) => {
    const mending = peer.missing?.();
    return mending === undefined ? [] : [{ peer, line: `NOT RUN: ${peer.key} ${peer.title}: ${mending}` }];
  });
  for (const { line } of missing) say(line);
  if (!canPin) say("taskset or a second core is missing: nothing is pinned, and figures are less sure");
  const peers = chosen.filter((peer) => !missing.some((one) => one.peer === peer));
  for (const peer of peers) await peer.prepare?.();
  moveTo(OTHER_CORE, process.pid);
  const conditions = conditionsNow();
  say("seeding");
  const bench = await openBench(say);
  try {
    const measured = await run(bench, peers, options);
    const report: Report = {
      conditions: {
        ...conditions,
        ...{ rounds: options.rounds, seconds: options.seconds, warmUp: options.warmUp },
        ...{ idleDatabase: measured.idleDatabase, loadAfter: loadavg()[0] ?? 0 },
      },
      rows: measured.rows,
      sizes: measured.sizes,
      query: only && !only.includes("h") ? "not asked for" : runPgbench(bench, options.seconds),
      notRun: missing.map(({ line }) => line),
    };
    console.log(options.json ? JSON.stringify(report, null, 2) : `\n${asText(report)}`);
    if (options.write) say(`written: ${writeReport(report).join(", ")}`);
  } finally {
    await bench.close();
  }
}

async function run(bench: Bench, peers: Peer[], options: Options) {
  const load = startLoad();
  const entrants: Entrant[] = [];
  try {
    for (const peer of peers) {
      const running = await Promise.race([peer.start(bench), interrupted]);
      entrants.push({ peer, running });
      say(`${peer.key} ${peer.title}: started in ${running.bootMs} ms`);
    }
    const idleDatabase = await Promise.race([idle(bench), interrupted]);
    const plan = { ...options, load, databasePid: bench.databasePid, report: say };
    const rows: Row[] = [];
    for (const work of options.works)
      rows.push(...(await Promise.race([measureWork(entrants, work, plan), interrupted])));
    const sizes = entrants.map(({ peer: { key, title }, running: { pid, bootMs } }) => ({
      ...{ peer: key, title, bootMs },
      memory: memoryMiB(pid),
    }));
    return { rows, sizes, idleDatabase };
  } finally {
    load.end();
    await Promise.all(entrants.map(({ running }) => running.stop()));
  }
}

/** Milliseconds of PostgreSQL's CPU in a second in which nobody asks anything. */
async function idle({ databasePid }: Bench): Promise<number> {
  const before = cpuMs(databasePid);
  await sleep(IDLE_S * 1000);
  return (cpuMs(databasePid) - before) / IDLE_S;
}

/** @throws Error when an option is wrong, with how they are written. */
function given(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
}

try {
  await main(given());
} catch (error) {
  say((error as Error).message);
  // Whatever still waits for an answer, waits no more.
  process.exit(1);
}
