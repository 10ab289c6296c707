/** `npm run bench:overload`: what becomes of callers when more is asked than can be done. See tests/bench/README.md. */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { ensureBuild } from "@/server/cli/build.mjs";
import { canPin, moveTo, OTHER_CORE } from "@/tests/bench/cores";
import { timingOf } from "@/tests/bench/options";
import { startGenerator } from "@/tests/bench/overload/generator";
import { guesses } from "@/tests/bench/overload/guesses";
import type { Part, Plan } from "@/tests/bench/overload/house";
import { neighbour } from "@/tests/bench/overload/neighbour";
import { asText, writeOverload } from "@/tests/bench/overload/report";
import { type LoadFigures, twofold } from "@/tests/bench/overload/twofold";
import { conditionsNow } from "@/tests/bench/report";
import { openBench } from "@/tests/bench/seed";

const USAGE =
  "npm run bench:overload -- [--rounds 3] [--seconds 4] [--warm-up 1.5] [--only twofold,guesses,neighbour] [--write]";

const say = (line: string) => console.error(`bench: ${line}`);

function given() {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "4" },
      "warm-up": { type: "string", default: "1.5" },
      only: { type: "string", default: "twofold,guesses,neighbour" },
      write: { type: "boolean", default: false },
    },
  });
  return { ...timingOf(values, USAGE), only: values.only.split(","), write: values.write };
}

async function main(): Promise<void> {
  const { only, write, ...numbers } = given();
  if (!canPin) say("taskset or a second core is missing: nothing is pinned, and figures are less sure");
  await ensureBuild();
  moveTo(OTHER_CORE, process.pid);
  const before = conditionsNow();
  const bench = await openBench(say);
  const generator = startGenerator();
  try {
    const plan: Plan = { bench, generator, ...numbers, say };
    const parts: Part[] = [];
    let loads: LoadFigures[] = [];
    if (only.includes("twofold")) {
      const part = await twofold(plan);
      parts.push(part);
      loads = part.figures;
    }
    if (only.includes("guesses")) parts.push(await guesses(plan));
    if (only.includes("neighbour")) parts.push(await neighbour(plan));
    const conditions = { ...before, ...numbers, loadAfter: loadavg()[0] ?? 0 };
    console.log(`\n${asText(conditions, parts)}`);
    if (write) say(`written: ${writeOverload(conditions, parts, loads).join(", ")}`);
  } finally {
    generator.end();
    await bench.close();
  }
}

try {
  await main();
} catch (error) {
  say((error as Error).message);
  process.exit(1);
}
