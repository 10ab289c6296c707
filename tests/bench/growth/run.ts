/** `npm run bench:growth`: what calls cost when the tables under them grow. See tests/bench/README.md. */
import { randomBytes } from "node:crypto";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import type postgres from "postgres";
import { ensureBuild } from "@/server/cli/build.mjs";
import { moveTo, OTHER_CORE } from "@/tests/bench/cores";
import { measure } from "@/tests/bench/growth/measure";
import { asText, type GrowthReport, type Size, writeGrowth } from "@/tests/bench/growth/report";
import { openSeed, WHO } from "@/tests/bench/growth/seed";
import { sealAll, verifyEnd } from "@/tests/bench/growth/trail";
import { worksOf } from "@/tests/bench/growth/works";
import { open } from "@/tests/bench/peers/holdfast";
import { type Bench, openBench, ownerId } from "@/tests/bench/seed";

const say = (line: string) => console.error(`bench: ${line}`);
const LEAST = 1e4;
const MOST = 1e7;

interface Options {
  sizes: number[];
  calls: number;
  write: boolean;
}

async function main({ sizes, calls, write }: Options): Promise<void> {
  await ensureBuild();
  moveTo(OTHER_CORE, process.pid);
  const auditKey = randomBytes(32).toString("base64");
  // While rows are poured in, and nothing else: a checkpoint every gigabyte would take most of the time.
  const bench = await openBench(say, { tasksEach: 0, settings: { max_wal_size: "4GB" } });
  try {
    const seed = await openSeed(bench);
    const measured: Size[] = [];
    for (const rows of sizes) {
      const seeding = await seed.grow(rows);
      say(`${rows} rows: seeded in ${seeding.toFixed(0)} s`);
      const sealing = await sealAll(bench, auditKey);
      say(`the next 1000 events are sealed in ${sealing.median.toFixed(1)} ms`);
      const verifying = await verifyEnd(bench, auditKey);
      say(`${verifying.rows} events verified in ${verifying.seconds.toFixed(1)} s`);
      const costs = await measureAll(bench, seed.sql, { auditKey, calls });
      measured.push({ rows, seeding, sealing, verifying, costs, disk: await diskOf(seed.sql) });
      const report: GrowthReport = { sizes: measured, calls, loadAverage: loadavg()[0] ?? 0 };
      // After each size: what was measured stays when a larger one is cut short.
      if (write) say(`written: ${writeGrowth(report).join(", ")}`);
      if (rows === sizes.at(-1)) console.log(asText(report));
    }
    await seed.close();
  } finally {
    await bench.close();
  }
}

async function measureAll(bench: Bench, sql: postgres.Sql, plan: { auditKey: string; calls: number }) {
  // Exports ask for a proof of the last minutes.
  await sql`update session set proven_at = now() where user_id = ${ownerId(WHO.security + 1)}`;
  const command = () => [process.execPath, "server/cli/start.mjs"];
  const { site, running } = await open(bench, command, { AUDIT_KEY: plan.auditKey });
  try {
    const costs: Size["costs"] = [];
    for (const work of await worksOf(site, sql)) {
      const at = { url: running.url, databasePid: bench.databasePid, calls: plan.calls };
      const cost = await measure(work, at);
      say(
        `${work.name}: ${cost.median.toFixed(2)} ms, p99 ${cost.p99.toFixed(1)}, database ${cost.database.toFixed(2)}`,
      );
      costs.push({ name: work.name, grows: work.grows, cost });
    }
    return costs;
  } finally {
    await running.stop();
  }
}

async function diskOf(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ bytes: number }[]>`
    select sum(pg_total_relation_size(name::regclass))::float8 as bytes
    from unnest(array['task', 'audit_event', 'audit_detail', 'audit_seal', 'document', 'document_version']) name`;
  return Math.round((row?.bytes ?? 0) / 1024 ** 2);
}

/** @throws Error that says what is wrong with an option. */
function given(): Options {
  const { values } = parseArgs({
    options: {
      sizes: { type: "string", default: "1e4,1e5,1e6" },
      calls: { type: "string", default: "200" },
      write: { type: "boolean", default: false },
    },
  });
  const sizes = values.sizes.split(",").map(Number);
  if (
    !sizes.every(
      (size, index) =>
        Number.isInteger(size) && size >= LEAST && size <= MOST && size > (sizes[index - 1] ?? 0),
    )
  )
    throw new Error(
      `--sizes ${values.sizes} are not whole numbers from 1e4 to 1e7, each larger than the one before`,
    );
  const calls = Number(values.calls);
  if (!Number.isInteger(calls) || calls < 10)
    throw new Error(`--calls ${values.calls} is no whole number from 10 on`);
  return { sizes, calls, write: values.write };
}

try {
  await main(given());
} catch (error) {
  say((error as Error).message);
  process.exit(1);
}
