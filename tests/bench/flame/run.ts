/** `npm run bench:flame`: where a list's CPU goes, in Holdfast and in the same procedure unguarded. See tests/bench/README.md. */
import { readdirSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { moveTo, OTHER_CORE } from "@/tests/bench/cores";
import { createNamer, type Frame } from "@/tests/bench/flame/frames";
import { clock, type Stack, stacksOf } from "@/tests/bench/flame/profile";
import { type Profiled, print, write } from "@/tests/bench/flame/report";
import { type Load, startLoad } from "@/tests/bench/load";
import { holdfastWith } from "@/tests/bench/peers/holdfast";
import type { Line, Peer } from "@/tests/bench/peers/peer";
import { unguardedWith } from "@/tests/bench/peers/unguarded";
import { conditionsNow } from "@/tests/bench/report";
import { type Bench, openBench } from "@/tests/bench/seed";

const INTERVAL_US = 200;
const CONNECTIONS = 16;
const WAYS: Readonly<Record<string, string>> = { a: "JWT", u: "" };

const say = (line: string) => console.error(`bench: ${line}`);

interface Options {
  seconds: number;
  warmUp: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "8" },
      "warm-up": { type: "string", default: "6" },
      write: { type: "boolean", default: false },
    },
  });
  const options = { seconds: Number(values.seconds), warmUp: Number(values["warm-up"]) };
  if (!(options.seconds > 0 && options.warmUp > 0))
    throw new Error("npm run bench:flame -- [--seconds 8] [--warm-up 6] [--write]");
  for (const make of [holdfastWith, unguardedWith]) await make([]).prepare?.();
  moveTo(OTHER_CORE, process.pid);
  const conditions = conditionsNow();
  const bench = await openBench(say);
  const load = startLoad();
  try {
    const profiled: Profiled[] = [];
    for (const make of [holdfastWith, unguardedWith])
      profiled.push(await profile(make, bench, load, options));
    const report = { ...conditions, ...options, loadAfter: loadavg()[0] ?? 0, profiled };
    console.log(print(report));
    if (values.write) say(`written: ${write(report).join(", ")}`);
  } finally {
    load.end();
    await bench.close();
  }
}

/** One server under load, by itself; its profile is written when it ends. */
async function profile(
  make: (flags: string[]) => Peer,
  bench: Bench,
  load: Load,
  { seconds, warmUp }: Options,
): Promise<Profiled> {
  const { key, title } = make([]);
  const folder = bench.place(`profile-${key}`);
  const peer = make(["--cpu-prof", `--cpu-prof-interval=${INTERVAL_US}`, `--cpu-prof-dir=${folder}`]);
  const running = await peer.start(bench);
  const asked = async () => {
    const line = running.lines.find(({ work, way }: Line) => work === "list" && way === WAYS[key]);
    if (!line) throw new Error(`${title} has no list`);
    const asks = await line.asks();
    return {
      url: running.url,
      asks,
      connections: CONNECTIONS,
      serverPid: running.pid,
      databasePid: bench.databasePid,
    };
  };
  try {
    const job = await asked();
    await load.run({ ...job, seconds: warmUp });
    await sleep(300);
    const from = clock();
    const round = await load.run({ ...job, seconds });
    const to = clock();
    const wrong = Object.keys(round.byStatus).filter((status) => status !== "200");
    if (round.failed > 0 || wrong.length > 0)
      throw new Error(
        `${title} answered wrongly: ${JSON.stringify(round.byStatus)}, ${round.failed} not at all`,
      );
    await running.stop();
    const cpu = round.serverCpu / round.answers;
    say(`${key} ${title}: ${cpu.toFixed(3)} ms CPU with the profiler on, ${round.answers} answers`);
    return {
      key,
      title,
      cpu,
      answers: round.answers,
      stacks: named(join(folder, onlyFile(folder)), from, to),
    };
  } finally {
    await running.stop();
  }
}

function onlyFile(folder: string): string {
  const [file, ...others] = readdirSync(folder);
  if (!file || others.length > 0) throw new Error(`not one profile but ${others.length + (file ? 1 : 0)}`);
  return file;
}

function named(file: string, from: number, to: number): Stack<Frame>[] {
  const nameOf = createNamer();
  return stacksOf(file, from, to).map(({ frames, time }) => ({ frames: frames.map(nameOf), time }));
}

try {
  await main();
} catch (error) {
  say((error as Error).message);
  process.exit(1);
}
