/** `npm run bench:levers`: what each thing that was done for speed gains, alone. See tests/bench/README.md. */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { ensureBuild } from "@/server/cli/build.mjs";
import { moveTo, OTHER_CORE } from "@/tests/bench/cores";
import { LEVERS, type Lever } from "@/tests/bench/levers/levers";
import { asMarkdown, asText, type Gain } from "@/tests/bench/levers/report";
import { buildWithout } from "@/tests/bench/levers/variant";
import { startLoad } from "@/tests/bench/load";
import { type Entrant, measureWork } from "@/tests/bench/measure";
import { timingOf } from "@/tests/bench/options";
import { holdfastAt } from "@/tests/bench/peers/holdfast";
import type { Line } from "@/tests/bench/peers/peer";
import { conditionsNow } from "@/tests/bench/report";
import { writeSection } from "@/tests/bench/section";
import { openBench } from "@/tests/bench/seed";

const USAGE = "npm run bench:levers -- [--rounds 3] [--seconds 3] [--warm-up 1.5] [--only text] [--write]";
const say = (line: string) => console.error(`bench: ${line}`);

function given() {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "3" },
      "warm-up": { type: "string", default: "1.5" },
      only: { type: "string", default: "" },
      write: { type: "boolean", default: false },
    },
  });
  return { ...timingOf(values, USAGE), only: values.only, write: values.write };
}

/** Whether a line of Holdfast's is one that a lever is for. */
const isFor = (lever: Lever, { work, way, kind }: Line) =>
  lever.lines.some(([ofWork, name]) => work === ofWork && name === (way || kind));

async function main(): Promise<void> {
  const { only, write, ...numbers } = given();
  const levers = LEVERS.filter(({ name }) => name.includes(only));
  await ensureBuild();
  const all = { name: "with all", file: await buildWithout({ name: "with all", without: [] }) };
  const files = new Map<Lever, string>();
  for (const lever of levers) files.set(lever, await buildWithout(lever));
  moveTo(OTHER_CORE, process.pid);
  const before = conditionsNow();
  const bench = await openBench(say);
  const load = startLoad();
  const running: Entrant["running"][] = [];
  const started = async (key: string, name: string, file: string): Promise<Entrant> => {
    const peer = holdfastAt(key, name, file);
    const one = { peer, running: await peer.start(bench) };
    running.push(one.running);
    return one;
  };
  try {
    const plan = { ...numbers, load, databasePid: bench.databasePid, report: say };
    const withAll = await started("with", all.name, all.file);
    const gains: Gain[] = [];
    for (const [lever, file] of files) {
      say(lever.name);
      const without = await started("without", lever.name, file);
      const pair = [without, withAll].map((entrant) => ({
        ...entrant,
        running: { ...entrant.running, lines: entrant.running.lines.filter((line) => isFor(lever, line)) },
      }));
      for (const work of new Set(lever.lines.map(([one]) => one)))
        gains.push({ lever: lever.name, rows: await measureWork(pair, work, plan) });
      await without.running.stop();
    }
    const conditions = { ...before, ...numbers, loadAfter: loadavg()[0] ?? 0 };
    console.log(`\n${asText(conditions, gains)}`);
    if (write) say(`written: ${writeSection("levers", asMarkdown(conditions, gains))}`);
  } finally {
    load.end();
    await Promise.all(running.map((one) => one.stop()));
    await bench.close();
  }
}

try {
  await main();
} catch (error) {
  say((error as Error).message);
  process.exit(1);
}
