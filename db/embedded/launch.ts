import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { explainFailure } from "@/db/embedded/binaries";
import { EmbeddedDatabaseError } from "@/db/embedded/error";
import { programOf } from "@/db/embedded/processes";
import { endServer, findServer, type Place, type Server, startServer, whenReady } from "@/db/embedded/server";

// How long what a killed server left behind (its workers, its memory) may stand in the way of the next.
const REMAINS_MS = 15_000;
const RETRY_MS = 200;

/**
 * Takes over the server that runs on this folder, or starts one, on the wished port where that is free.
 * Answers when it has let the superuser in and has the database `holdfast`.
 */
export async function launch(place: Place, password: string, wish: number | undefined): Promise<Server> {
  const deadline = Date.now() + REMAINS_MS;
  let port = await freePort(wish);
  for (;;) {
    const server = (await findServer(place.folder)) ?? (await startServer(place, port));
    const refusal = (await whenReady(place, server)) ?? (await enter(place, server.port, password));
    if (refusal === undefined) {
      if (server.adopted)
        place.report(`Took over the PostgreSQL that an earlier start left running (process ${server.pid}).`);
      return server;
    }
    if (/Address already in use|could not bind/.test(refusal)) port = await freePort(undefined);
    const passing = isPassing(refusal) || (await dropStrayPid(place, refusal));
    if (!passing || Date.now() > deadline) {
      if (!server.adopted) await endServer(place.binaries, server);
      throw new EmbeddedDatabaseError(explain(place, server, refusal));
    }
    await sleep(RETRY_MS);
  }
}

/** Goes in as the superuser and makes the database where it is missing; answers why it could not. */
async function enter({ folder }: Place, port: number, password: string): Promise<string | undefined> {
  const connection = { host: "127.0.0.1", port, user: "postgres", password, database: "postgres" };
  const sql = postgres({ ...connection, max: 1, connect_timeout: 5, fetch_types: false, onnotice: () => {} });
  try {
    const [server] = await sql`
      select current_setting('data_directory') as data, exists (select from pg_database where datname = 'holdfast') as made`;
    // A copied folder holds the postmaster.pid of the original.
    if (server?.data !== folder.data) return `it serves ${server?.data}`;
    if (!server?.made) await sql`create database holdfast`;
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${"code" in error ? error.code : ""} ${error.message}` : String(error);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** What stands in the way now and goes away by itself: a server that is stopping, or the remains of a killed one. */
function isPassing(refusal: string): boolean {
  const remains = /shared memory block|lock file .* already exists|Address already in use|could not bind/;
  return refusal === "" || /57P0|ECONNREFUSED|ECONNRESET|CONNECTION_/.test(refusal) || remains.test(refusal);
}

/** After a reboot the pid in postmaster.pid may be another program's, for which PostgreSQL would wait for ever. */
async function dropStrayPid({ folder }: Place, refusal: string): Promise<boolean> {
  const program = programOf(pidInTheWay(refusal));
  if (program === undefined || program === "postgres") return false;
  await rm(join(folder.data, "postmaster.pid"), { force: true });
  return true;
}

function pidInTheWay(refusal: string): number {
  return Number(/Is another (?:postmaster|postgres) \(PID (\d+)\)/.exec(refusal)?.[1] ?? 0);
}

function explain({ folder, binaries }: Place, server: Server, refusal: string): string {
  const stranger = server.adopted ? server.pid : pidInTheWay(refusal);
  if (stranger !== 0) {
    return (
      `${join(folder.data, "postmaster.pid")} names process ${stranger}, which does not serve this database to us: ` +
      "end that process if it is PostgreSQL, else remove that file."
    );
  }
  if (refusal.startsWith("28P01")) {
    return `The database in ${folder.data} does not take the password in ${folder.logins}: put the right file back from a backup.`;
  }
  return `${explainFailure(binaries, refusal)} Its log is ${folder.log}.`;
}

/** The wished port where it is free, else any. */
async function freePort(wish: number | undefined): Promise<number> {
  const probe = createServer();
  const port = await new Promise<number | undefined>((resolve) => {
    probe.once("error", () => resolve(undefined));
    probe.listen(wish ?? 0, "127.0.0.1", () => {
      const address = probe.address();
      resolve(typeof address === "object" ? address?.port : undefined);
    });
  });
  if (port === undefined) {
    if (wish === undefined)
      throw new EmbeddedDatabaseError(
        "No port on 127.0.0.1 is free for PostgreSQL: end other programs, or set DATABASE_URL.",
      );
    return freePort(undefined);
  }
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
