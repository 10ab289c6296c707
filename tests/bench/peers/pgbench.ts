import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { onCore, SERVER_CORE } from "@/tests/bench/cores";
import { cpuMs } from "@/tests/bench/cpu";
import { type Bench, LISTED } from "@/tests/bench/seed";

export interface Query {
  perSecond: number;
  /** Milliseconds of all of PostgreSQL's processes for one query. */
  databaseCpu: number;
}

/** The bare query of a list, prepared, by PostgreSQL's own tool: what no server in front of it can save. */
export function runPgbench(bench: Bench, seconds: number): Query | string {
  if (spawnSync("pgbench", ["--version"]).status !== 0)
    return "NOT RUN: pgbench is missing (apt-get install postgresql)";
  const script = bench.place("list.sql");
  writeFileSync(
    script,
    String.raw`\set n random(1, 64)
select * from task where owner_id = ('019a0000-0000-7000-8000-' || lpad(cast(:n as text), 12, '0'))::uuid
  order by id desc limit ${LISTED};
`,
  );
  const { hostname, port, username, password, pathname } = new URL(bench.urls.peers);
  const run = (length: number) => {
    const [program, args] = onCore(SERVER_CORE, [
      ...["pgbench", "-n", "-M", "prepared", "-c", "10", "-T", String(length), "-f", script],
      ...["-h", hostname, "-p", port, "-U", username, pathname.slice(1)],
    ]);
    return spawnSync(program, args, {
      env: { ...process.env, PGPASSWORD: password },
      encoding: "utf8",
    });
  };
  run(1);
  const before = cpuMs(bench.databasePid);
  const { status, stdout, stderr } = run(seconds);
  const used = cpuMs(bench.databasePid) - before;
  const count = Number(/transactions actually processed: (\d+)/.exec(stdout)?.[1]);
  if (status !== 0 || !(count > 0)) throw new Error(`pgbench failed: ${stderr}`);
  return { perSecond: count / seconds, databaseCpu: used / count };
}
