import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type EmbeddedDatabase, EmbeddedDatabaseError, findEmbedded, startEmbedded } from "@/db/embedded";
import { birthOf } from "@/db/embedded/processes";

const root = join(import.meta.dirname, "../..");

const room = mkdtempSync(join(tmpdir(), "holdfast-embedded-"));
// Made by the first test that needs it, and used by those after: to make one takes longer than most tests.
const dataDir = join(room, "data");

let lines: string[] = [];
let endings: (() => unknown)[] = [];

beforeAll(() => chmodSync(room, 0o711));

afterEach(async () => {
  for (const ending of endings.reverse()) await ending();
  lines = [];
  endings = [];
});

afterAll(() => rmSync(room, { recursive: true, force: true, maxRetries: 5 }));

async function start(dir = dataDir): Promise<EmbeddedDatabase> {
  const database = await startEmbedded({ dataDir: dir, report: (line) => lines.push(line) });
  endings.push(database.stop);
  return database;
}

function connect(url: string): postgres.Sql {
  const sql = postgres(url, { max: 1, onnotice: () => {}, backoff: () => 0.05 });
  endings.push(() => sql.end({ timeout: 1 }));
  return sql;
}

/** Commits one row, and answers all rows of this test. */
async function remember(url: string, text: string): Promise<string[]> {
  const sql = connect(url);
  const test = expect.getState().currentTestName ?? "";
  await sql`create table if not exists memory (id serial, test text, text text)`;
  await sql`insert into memory (test, text) values (${test}, ${text})`;
  const rows = await sql<{ text: string }[]>`select text from memory where test = ${test} order by id`;
  await sql.end();
  return rows.map((row) => row.text);
}

/** Another process with a Holdfast database; answers when it is up, with its URL. */
async function startElsewhere(): Promise<{ child: ChildProcess; url: string }> {
  const code = `
    const { startEmbedded } = await import(${JSON.stringify(join(root, "db/embedded.ts"))});
    const database = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, report() {} });
    process.on("SIGTERM", () => process.exit(1));
    console.log(database.url("postgres"));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", code], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  endings.push(() => child.kill("SIGKILL"));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (data: Buffer) => resolve(data.toString().trim()));
    child.once("exit", () => reject(new Error("The other process ended before its database was up.")));
  });
  return { child, url };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await gone;
}

function serverPid(): number {
  return Number(readFileSync(join(dataDir, "postgres/postmaster.pid"), "utf8").split("\n")[0]);
}

async function refusal(dir = dataDir): Promise<string> {
  const error = await start(dir).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EmbeddedDatabaseError);
  const { message } = error as EmbeddedDatabaseError;
  expect(message.split("\n")).toHaveLength(1);
  return message;
}

describe("the embedded database", () => {
  it("keeps data, passwords and port from one start to the next, and listens on loopback only", async () => {
    const first = await start();
    expect(await remember(first.url("postgres"), "one")).toEqual(["one"]);
    const sql = connect(first.url("postgres"));
    const [server] = await sql`
      select current_setting('listen_addresses') as address, current_setting('unix_socket_directories') as sockets,
        current_setting('fsync') as fsync, current_setting('server_encoding') as encoding,
        (select datlocale from pg_database where datname = 'holdfast') as locale,
        (select string_agg(distinct auth_method, ',') from pg_hba_file_rules) as method`;
    expect(server).toEqual({
      address: "127.0.0.1",
      sockets: "",
      fsync: "on",
      encoding: "UTF8",
      locale: "C.UTF-8",
      method: "scram-sha-256",
    });
    await sql.end();
    await first.stop();
    const second = await start();
    expect(second.url("postgres")).toBe(first.url("postgres"));
    expect(await remember(second.url("postgres"), "two")).toEqual(["one", "two"]);
  });

  it("shows its passwords and its log to their owner alone", async () => {
    const database = await start();
    for (const name of ["postgres.json", "postgres.log"]) {
      expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
    }
    const passwords = (["postgres", "holdfast_app", "holdfast_auth"] as const).map(
      (login) => new URL(database.url(login)).password,
    );
    expect(new Set(passwords).size).toBe(3);
    const stranger = connect(database.url("postgres").replace(passwords[0] ?? "", "guess"));
    await expect(stranger`select 1`).rejects.toMatchObject({ code: "28P01" });
  });

  it("takes over the server of a killed launcher, with all that was committed", async () => {
    const { child, url } = await startElsewhere();
    await remember(url, "committed");
    const pid = serverPid();
    await end(child, "SIGKILL");
    const database = await start();
    expect(serverPid()).toBe(pid);
    expect(await remember(database.url("postgres"), "after")).toEqual(["committed", "after"]);
    await database.stop();
    expect(birthOf(pid)).toBeUndefined();
  });

  it("recovers when launcher and server are killed together", async () => {
    const { child, url } = await startElsewhere();
    await remember(url, "committed");
    process.kill(serverPid(), "SIGKILL");
    await end(child, "SIGKILL");
    const database = await start();
    expect(await remember(database.url("postgres"), "after")).toEqual(["committed", "after"]);
  });

  it("ends the server when its process exits without stopping it", async () => {
    const { child } = await startElsewhere();
    const pid = serverPid();
    await end(child, "SIGTERM");
    await expect.poll(() => birthOf(pid), { timeout: 5_000 }).toBeUndefined();
  });

  it("starts a killed server again on the same port, and a pool reconnects", async () => {
    const database = await start();
    const pool = connect(database.url("postgres"));
    await pool`create table survivor as select 'committed' as text`;
    for (const round of [1, 2]) {
      process.kill(serverPid(), "SIGKILL");
      const returns = () => lines.filter((line) => line === "PostgreSQL runs again.").length;
      await expect.poll(returns, { timeout: 8_000 }).toBe(round);
      const rows = () => pool`select text from survivor`.catch(() => "down");
      await expect.poll(rows, { timeout: 3_000 }).toEqual([{ text: "committed" }]);
    }
  });

  it("stops for good, also while the server is being started again", async () => {
    const database = await start();
    const pid = serverPid();
    process.kill(pid, "SIGKILL");
    await sleep(120);
    await Promise.all([database.stop(), database.stop()]);
    expect(await findEmbedded(dataDir)).toBeUndefined();
    await sleep(300);
    expect(await findEmbedded(dataDir)).toBeUndefined();
  });

  it("refuses a second launcher, in another process or in this one, and lets a command find the first", async () => {
    const { child, url } = await startElsewhere();
    expect(await refusal()).toContain(`Another Holdfast (pid ${child.pid}) already uses ${dataDir}`);
    expect((await findEmbedded(dataDir))?.url("postgres")).toBe(url);
    await end(child, "SIGKILL");
    await start();
    expect(await refusal()).toContain(`Another Holdfast (pid ${process.pid}) already uses ${dataDir}`);
  });

  it("begins anew after a crash in the middle of making the database", async () => {
    const half = join(room, "half");
    mkdirSync(join(half, "postgres.making-1/data/base"), { recursive: true });
    writeFileSync(join(half, "postgres.making-1/data/PG_VERSION"), "18\n");
    const database = await start(half);
    expect(await remember(database.url("postgres"), "one")).toEqual(["one"]);
    expect(readdirSync(half)).not.toContain("postgres.making-1");
  });

  it("chooses another port when its own is taken", async () => {
    const first = await start();
    await first.stop();
    const squatter = createServer().listen(Number(new URL(first.url("postgres")).port), "127.0.0.1");
    endings.push(() => squatter.close());
    await once(squatter, "listening");
    const second = await start();
    expect(new URL(second.url("postgres")).port).not.toBe(new URL(first.url("postgres")).port);
    expect(await remember(second.url("postgres"), "one")).toEqual(["one"]);
  });
});
