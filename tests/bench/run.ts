/** `npm run bench`: Holdfast beside what people build otherwise. See tests/bench/README.md. */
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { canPin, moveTo, OTHER_CORE } from "@/tests/bench/cores";
import { cpuMs, memoryMiB } from "@/tests/bench/cpu";
import { startLoad } from "@/tests/bench/load";
import { type Entrant, measureWork, type Row } from "@/tests/bench/measure";
import { type Options, readOptions, USAGE } from "@/tests/bench/options";
import { fastapi } from "@/tests/bench/peers/fastapi";
import { holdfast, holdfastInNext } from "@/tests/bench/peers/holdfast";
import { bare, fastifyPeer } from "@/tests/bench/peers/node-servers";
import type { Peer } from "@/tests/bench/peers/peer";
import { runPgbench } from "@/tests/bench/peers/pgbench";
import { t3, t3WithCookieCache } from "@/tests/bench/peers/t3";
import { conditionsNow, type Report } from "@/tests/bench/report";
import { type Bench, openBench } from "@/tests/bench/seed";
import { asText } from "@/tests/bench/table";
import { writeReport } from "@/tests/bench/write";

const PEERS: readonly Peer[] = [holdfast, holdfastInNext, t3, t3WithCookieCache, fastapi, fastifyPeer, bare];
const IDLE_S = 3;

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
      const running = await peer.start(bench);
      entrants.push({ peer, running });
      say(`${peer.key} ${peer.title}: started in ${running.bootMs} ms`);
    }
    const idleDatabase = await idle(bench);
    const plan = { ...options, load, databasePid: bench.databasePid, report: say };
    const rows: Row[] = [];
    for (const work of options.works) rows.push(...(await measureWork(entrants, work, plan)));
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

// What was started ends with us, by the listeners of this process's exit.
process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));
try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  say(`${(error as Error).message}\n${USAGE}`);
  process.exitCode = 1;
}
