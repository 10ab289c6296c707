/** `npm run bench:memory`: whether the server's memory stays what it is under an hour of mixed work. */
import { randomBytes } from "node:crypto";
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import postgres from "postgres";
import { ensureBuild } from "@/server/cli/build.mjs";
import { moveTo, OTHER_CORE } from "@/tests/bench/cores";
import { cpuMs, memoryMiB } from "@/tests/bench/cpu";
import { type Heap, openHeap } from "@/tests/bench/memory/heap";
import { type MixedLoad, startMixedLoad } from "@/tests/bench/memory/load";
import {
  asMarkdown,
  asText,
  isFlat,
  type MemoryReport,
  type Sample,
  writeMemory,
} from "@/tests/bench/memory/report";
import { open } from "@/tests/bench/peers/holdfast";
import { type Bench, openBench } from "@/tests/bench/seed";
import { freePort } from "@/tests/bench/serve";

const say = (line: string) => console.error(`bench: ${line}`);

interface Options {
  minutes: number;
  rate: number;
  write: boolean;
}

async function main({ minutes, rate, write }: Options): Promise<boolean> {
  await ensureBuild();
  moveTo(OTHER_CORE, process.pid);
  const bench = await openBench(say);
  const inspector = await freePort();
  const earlier = randomBytes(32).toString("base64");
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  try {
    const command = () => [process.execPath, `--inspect=127.0.0.1:${inspector}`, "server/cli/start.mjs"];
    // Budgets as they are shipped: their counters are a part of what is measured.
    const { site, running } = await open(bench, command, {
      HOLDFAST_LIMITS: "",
      BETTER_AUTH_SECRET: "",
      BETTER_AUTH_SECRETS: `2:${bench.secret},1:${earlier}@${tomorrow}`,
      TRUSTED_PROXIES: "127.0.0.1",
    });
    const heap = await openHeap(inspector);
    const load = startMixedLoad(site, { earlier, workspaces: await workspacesOf(bench), perSecond: rate });
    try {
      const reportOf = (samples: Sample[]): MemoryReport => ({
        ...load.counts(),
        ...{ samples, rate, loadAverage: loadavg()[0] ?? 0 },
      });
      // Each minute anew: of an hour that is cut short stays what it saw.
      const keep = (samples: Sample[]) => {
        const report = reportOf(samples);
        if (write && samples.length > 2) writeMemory(report, asMarkdown(report));
      };
      const report = reportOf(await watch({ heap, load, pid: running.pid, minutes, keep }));
      console.log(asText(report));
      return isFlat(report);
    } finally {
      await load.stop();
      heap.close();
      await running.stop();
    }
  } finally {
    await bench.close();
  }
}

async function workspacesOf({ urls }: Bench): Promise<Map<string, string>> {
  const sql = postgres(urls.admin, { max: 1, onnotice: () => {} });
  const rows = await sql<{ owner: string; id: string }[]>`
    select personal_user_id as owner, id from organization where personal_user_id is not null`;
  await sql.end({ timeout: 5 });
  return new Map(rows.map(({ owner, id }) => [owner, id]));
}

interface Watched {
  heap: Heap;
  load: MixedLoad;
  pid: number;
  minutes: number;
  keep(samples: Sample[]): void;
}

/** A sample each minute. RSS first: the collection that the heap asks for may give memory back. */
async function watch({ heap, load, pid, minutes, keep }: Watched): Promise<Sample[]> {
  const samples: Sample[] = [];
  const began = performance.now();
  const cpuBefore = cpuMs(pid);
  for (let minute = 0; minute <= minutes; minute++) {
    await sleep(Math.max(0, began + minute * 60_000 - performance.now()));
    const rss = memoryMiB(pid).now;
    const live = await heap.live().catch((error: Error) => {
      say(`minute ${minute} has no sample: ${error.message}`);
    });
    if (live === undefined) continue;
    const { answers, wrong, leftOut, busy } = load.counts();
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, one) => all + one, 0);
    const cpu = (cpuMs(pid) - cpuBefore) / (performance.now() - began);
    samples.push({ minute, rss, live, answers: sum(answers), wrong: sum(wrong) });
    say(
      `minute ${minute}: ${rss} MiB resident, ${live.toFixed(1)} MiB live, ${sum(answers)} answers, ${sum(wrong)} wrong, ${leftOut} left out, ${busy} busy, ${(100 * cpu).toFixed(0)} % of a core`,
    );
    if (sum(wrong) > 0) say(JSON.stringify(wrong));
    keep(samples);
  }
  return samples;
}

/** @throws Error that says what is wrong with an option. */
function given(): Options {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "60" },
      rate: { type: "string", default: "60" },
      write: { type: "boolean", default: false },
    },
  });
  const [minutes, rate] = [Number(values.minutes), Number(values.rate)];
  if (!Number.isInteger(minutes) || minutes < 2)
    throw new Error(`--minutes ${values.minutes} is no whole number from 2 on`);
  if (!(rate > 0)) throw new Error(`--rate ${values.rate} is not a positive number`);
  return { minutes, rate, write: values.write };
}

try {
  const flat = await main(given());
  process.exit(flat ? 0 : 1);
} catch (error) {
  say((error as Error).message);
  process.exit(1);
}
