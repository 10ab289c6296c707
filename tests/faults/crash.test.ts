import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EmbeddedDatabase, startEmbedded } from "@/db/embedded";
import { pathsIn } from "@/db/embedded/folder";
import { findServer } from "@/db/embedded/server";
import { migrate } from "@/db/migrate";
import { dataOf } from "@/tests/support/answers";
import { type House, openHouseOn, type Person } from "@/tests/support/house";
import { sealEverything, verdictOf } from "@/tests/support/seals";

const KILLS = 10;
const WRITERS = 6;
/** Milliseconds from a database that answers others to one that we write in again. */
const LONGEST_RETURN = 2_000;

const room = mkdtempSync(join(tmpdir(), "holdfast-crash-"));
const dataDir = join(room, "data");
let database: EmbeddedDatabase;
let house: House;
let person: Person;

beforeAll(async () => {
  chmodSync(room, 0o711);
  const report = () => {};
  // With the settings of a real one: what it has acknowledged must outlive it.
  database = await startEmbedded({ dataDir, report });
  const urls = {
    adminUrl: database.url("postgres"),
    appUrl: database.url("holdfast_app"),
    authUrl: database.url("holdfast_auth"),
  };
  await migrate({ ...urls, report });
  house = await openHouseOn({ ...urls, drop: database.stop }, { databasePool: 3 });
  person = await house.person();
});
afterAll(async () => {
  await house?.close();
  rmSync(room, { recursive: true, force: true, maxRetries: 5 });
});

/** Kills the server as the kernel would; resolves when a new one answers a client that knows nothing of the old. */
async function crash(): Promise<void> {
  const server = await findServer(pathsIn(dataDir));
  if (!server) throw new Error("there is no server to kill");
  process.kill(server.pid, "SIGKILL");
  await server.gone;
  for (const until = Date.now() + 30_000; Date.now() < until; await sleep(10)) {
    const sql = postgres(database.url("postgres"), { max: 1, fetch_types: false, connect_timeout: 2 });
    const isBack = await sql`select 1`.then(
      () => true,
      () => false,
    );
    await sql.end({ timeout: 1 });
    if (isBack) return;
  }
  throw new Error("the database did not come back");
}

describe(`${KILLS} crashes of the database while ${WRITERS} write, each again and again until it is told "done"`, () => {
  const done = new Map<string, string>();
  let tries = 0;
  let lastDone = 0;
  let isOver = false;

  async function write(title: string): Promise<void> {
    for (;;) {
      tries++;
      const headers = { "idempotency-key": title };
      const answer = await house.call(person, "document.create", { title, body: title }, headers);
      if (answer.status === 200) {
        lastDone = performance.now();
        done.set(title, dataOf(answer).id ?? "");
        return;
      }
      // 409: the transaction of the first try has not ended yet on the server.
      if (answer.status !== 409 && answer.status !== 503) throw new Error(`${title}: ${answer.text}`);
      await sleep(10);
    }
  }

  it("do not keep it from writing for longer than the database is away", { timeout: 120_000 }, async () => {
    const writer = async (name: number) => {
      for (let count = 0; !isOver; count++) await write(`document-${name}-${count}`);
    };
    const writers = Promise.all(Array.from({ length: WRITERS }, (_, name) => writer(name)));
    writers.catch(() => {});
    const returns: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(100 + Math.random() * 200);
      await crash();
      const back = performance.now();
      while (lastDone < back && performance.now() - back < 30_000) await sleep(5);
      returns.push(Math.round(lastDone - back));
    }
    isOver = true;
    await writers;
    console.info(`Writing again ${returns} ms after the database was back; ${done.size} in ${tries} tries.`);
    expect(returns.filter((ms) => ms > LONGEST_RETURN)).toEqual([]);
    expect(tries).toBeGreaterThan(done.size);
  });

  it("leave every acknowledged write there, once, with one row in the trail, and nothing else", async () => {
    const written = await house.admin<{ title: string; id: string; versions: number; rows: number }[]>`
      select title, id,
        (select count(*) from document_version v where v.document_id = d.id)::int as versions,
        (select count(*) from audit_event e where e.resource_id = d.id and e.action = 'document.create')::int as rows
      from document d order by title`;
    const expected = [...done].map(([title, id]) => ({ title, id, versions: 1, rows: 1 }));
    const byTitle = (a: { title: string }, b: { title: string }) => (a.title < b.title ? -1 : 1);
    expect(written.toSorted(byTitle)).toEqual(expected.toSorted(byTitle));
    const [trail] =
      await house.admin`select count(*)::int as rows from audit_event where action = 'document.create'`;
    expect(trail?.rows).toBe(done.size);
  });

  it("leave the chain of seals whole", { timeout: 60_000 }, async () => {
    await sealEverything(house);
    expect(await verdictOf(house)).toMatchObject({ whole: true, unsealed: 0 });
  });
});
