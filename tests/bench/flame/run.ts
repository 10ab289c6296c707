/** `npm run bench:flame`: where the CPU goes, in Holdfast and in the same procedures unguarded. See tests/bench/README.md. */
import { readdirSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { moveTo, OTHER_CORE } from "@/tests/bench/cores";
import { createNamer, type Frame } from "@/tests/bench/flame/frames";
import { clock, type Stack, stacksOf } from "@/tests/bench/flame/profile";
import { type FlamePart, type Profiled, print, write } from "@/tests/bench/flame/report";
import { type Load, startLoad } from "@/tests/bench/load";
import { holdfastWith } from "@/tests/bench/peers/holdfast";
import type { Line, Peer } from "@/tests/bench/peers/peer";
import { unguardedWith } from "@/tests/bench/peers/unguarded";
import { conditionsNow } from "@/tests/bench/report";
import { type Bench, openBench } from "@/tests/bench/seed";

const INTERVAL_US = 200;
const CONNECTIONS = 16;

/** What is asked while one looks: a line of each server's, and the status of its answers. */
const LOOKS = [
  { name: "list", title: "a list", work: "list", kind: "", ways: { a: "JWT", u: "" }, status: "200" },
  { name: "create", title: "a create", work: "create", kind: "", ways: { a: "JWT", u: "" }, status: "200" },
  {
    ...{ name: "refusal", title: "a refusal (malformed JWT)", work: "refuse", kind: "malformed JWT" },
    ...{ ways: { a: "" }, status: "401" },
  },
] as const;
type Look = (typeof LOOKS)[number];
const SERVERS = [
  ["a", holdfastWith],
  ["u", unguardedWith],
] as const;

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
    const parts: FlamePart[] = [];
    for (const look of LOOKS) {
      const profiled: Profiled[] = [];
      for (const [key, make] of SERVERS)
        if (key in look.ways) profiled.push(await profile(make, look, { bench, load, options }));
      parts.push({ ...look, profiled });
    }
    const report = { ...conditions, ...options, loadAfter: loadavg()[0] ?? 0, parts };
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
  look: Look,
  { bench, load, options: { seconds, warmUp } }: { bench: Bench; load: Load; options: Options },
): Promise<Profiled> {
  const { key, title } = make([]);
  const wanted: Readonly<Record<string, string>> = look.ways;
  const folder = bench.place(`profile-${look.name}-${key}`);
  const peer = make(["--cpu-prof", `--cpu-prof-interval=${INTERVAL_US}`, `--cpu-prof-dir=${folder}`]);
  const running = await peer.start(bench);
  const asked = async () => {
    const isWanted = ({ work, kind, way }: Line) =>
      work === look.work && kind === look.kind && way === wanted[key];
    const line = running.lines.find(isWanted);
    if (!line) throw new Error(`${title} has nothing for ${look.title}`);
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
    const wrong = Object.keys(round.byStatus).filter((status) => status !== look.status);
    if (round.failed > 0 || wrong.length > 0)
      throw new Error(
        `${title} answered wrongly: ${JSON.stringify(round.byStatus)}, ${round.failed} not at all`,
      );
    await running.stop();
    const cpu = round.serverCpu / round.answers;
    say(
      `${look.title}, ${key} ${title}: ${cpu.toFixed(3)} ms CPU with the profiler on, ${round.answers} answers`,
    );
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
