/** Sends requests as a job says, over connections that each wait for an answer before they ask again. */
import autocannon from "autocannon";
import { cpuMs } from "@/tests/bench/cpu";
import type { Job, Round } from "@/tests/bench/load";

process.on("message", (job: Job) => {
  run(job).then(
    (round) => process.send?.(round),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function run(job: Job): Promise<Round> {
  const { url, asks, seconds, connections, serverPid, databasePid } = job;
  const requests = asks.map(({ method, path, headers, body }) => ({
    ...{ method, path, headers },
    ...(body !== undefined && { body }),
  }));
  const isAnyGood = asks.some(({ expect }) => expect < 300);
  const byStatus: Record<string, number> = {};
  const times: number[] = [];
  let answers = 0;
  let begun = 0;
  const before = { server: cpuMs(serverPid), database: cpuMs(databasePid) };
  const start = performance.now();
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        ...{ url, connections, duration: seconds, requests, timeout: 20 },
        // It ends at the end of such a span, in milliseconds.
        sampleInt: 100,
        // Each connection begins elsewhere in the rotation.
        setupClient: (client) => {
          const offset = Math.floor((begun++ * requests.length) / connections);
          client.setRequests([...requests.slice(offset), ...requests.slice(0, offset)]);
        },
      },
      (error, done) => (error ? reject(error) : resolve(done)),
    );
    instance.on("response", (_client, status, _bytes, time) => {
      answers++;
      byStatus[status] = (byStatus[status] ?? 0) + 1;
      if (!isAnyGood || status < 300) times.push(time);
    });
  });
  const elapsed = performance.now() - start;
  const serverCpu = cpuMs(serverPid) - before.server;
  const databaseCpu = cpuMs(databasePid) - before.database;
  const sorted = Float64Array.from(times).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const failed = result.errors + result.timeouts;
  return { answers, elapsed, byStatus, failed, p50: at(0.5), p99: at(0.99), serverCpu, databaseCpu };
}
