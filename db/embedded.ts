import { setTimeout as sleep } from "node:timers/promises";
import { type Binaries, findBinaries } from "@/db/embedded/binaries";
import { clusterExists, makeCluster } from "@/db/embedded/cluster";
import { EmbeddedDatabaseError, errno } from "@/db/embedded/error";
import { type Folder, mustBeReachable, openFolder, pathsIn } from "@/db/embedded/folder";
import { launch } from "@/db/embedded/launch";
import { lockFolder } from "@/db/embedded/lock";
import { type Login, type Logins, openLogins, readLogins, writeLogins } from "@/db/embedded/logins";
import {
  endServer,
  findServer,
  type Place,
  type Server,
  sendSignal,
  startServer,
  whenReady,
} from "@/db/embedded/server";

export { EmbeddedDatabaseError };

export interface EmbeddedDatabase {
  /** Connection URL of one login on database `holdfast`; "postgres" is the superuser. */
  url(login: Login, database?: string): string;
  /** Ends the server and gives the folder back. Close the pools first: open transactions are rolled back. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  /** Takes one line, for a person, of what happens. */
  report(line: string): void;
  /** Further settings of the server; a server that is taken over keeps its own. */
  settings?: Record<string, string>;
}

const LONGEST_PAUSE_MS = 2_000;
const TELLING_FAILURES = 6;

/**
 * Starts PostgreSQL on a folder of our own and keeps it running until `stop`, on one port: when it dies it is started
 * again and pools reconnect. A server that outlived its launcher is taken over.
 * Throws EmbeddedDatabaseError, whose message is one line for a person.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  let unlock = () => {};
  try {
    const binaries = findBinaries();
    const folder = await openFolder(options.dataDir);
    if (folder.account) await mustBeReachable(binaries.postgres, folder.account, "The program");
    unlock = await lockFolder(folder.path);
    const logins = await openDatabase(folder, binaries, options.report);
    const place = { folder, binaries, settings: options.settings ?? {}, report: options.report };
    const server = await launch(place, logins.passwords.postgres, logins.port);
    if (server.port !== logins.port) await writeLogins(folder, { ...logins, port: server.port });
    return { url: urlsOf(logins, server.port), stop: keepRunning(place, server, unlock) };
  } catch (error) {
    unlock();
    throw asOneLine(error, options.dataDir);
  }
}

/** The database that another Holdfast runs on this folder, for a command beside it; undefined when none runs. */
export async function findEmbedded(dataDir: string): Promise<Pick<EmbeddedDatabase, "url"> | undefined> {
  const paths = pathsIn(dataDir);
  const server = await findServer(paths);
  const logins = server && (await readLogins(paths.logins));
  return logins && { url: urlsOf(logins, server.port) };
}

async function openDatabase(
  folder: Folder,
  binaries: Binaries,
  report: (line: string) => void,
): Promise<Logins> {
  const exists = await clusterExists(folder, binaries.major);
  const logins = await openLogins(folder, exists);
  if (!exists) {
    report(`Making the database in ${folder.data}.`);
    await makeCluster(folder, binaries, logins.passwords.postgres);
  }
  return logins;
}

/** Watches over the server; answers the function that ends both. */
function keepRunning(place: Place, first: Server, unlock: () => void): () => Promise<void> {
  const stopping = new AbortController();
  let current = first;
  const watching = watch(place, first, stopping.signal, (next) => {
    current = next;
  });
  // A crash of ours skips `stop`: the server is told to end all the same, and the next start waits until it has.
  const onExit = () => {
    sendSignal(place.binaries, current, "INT");
    unlock();
  };
  process.once("exit", onExit);
  const stop = async () => {
    stopping.abort();
    await endServer(place.binaries, current);
    await watching;
    process.off("exit", onExit);
    unlock();
  };
  let stopped: Promise<void> | undefined;
  return () => {
    stopped ??= stop();
    return stopped;
  };
}

/** Starts the server again whenever it ends, on the same port and without giving up, until told to stop. */
async function watch(
  place: Place,
  first: Server,
  stopping: AbortSignal,
  onNext: (server: Server) => void,
): Promise<void> {
  let server = first;
  let failures = 0;
  for (;;) {
    await server.gone;
    if (stopping.aborted) return;
    if (failures === 0) place.report("PostgreSQL ended unexpectedly; starting it again.");
    if (failures === TELLING_FAILURES)
      place.report(`PostgreSQL does not start; trying on. Its log is ${place.folder.log}.`);
    const pause = Math.min(100 * 2 ** failures, LONGEST_PAUSE_MS);
    await sleep(pause, undefined, { signal: stopping, ref: false }).catch(() => {});
    if (stopping.aborted) return;
    failures++;
    const next = await startServer(place, first.port).catch(() => undefined);
    if (next === undefined) continue;
    server = next;
    onNext(server);
    if (stopping.aborted) await endServer(place.binaries, server);
    if ((await whenReady(place, server)) !== undefined) continue;
    place.report("PostgreSQL runs again.");
    failures = 0;
  }
}

function urlsOf({ passwords }: Logins, port: number): EmbeddedDatabase["url"] {
  return (login, database = "holdfast") =>
    `postgres://${login}:${passwords[login]}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/** A full disk or a failed system call has no better words than its own. */
function asOneLine(error: unknown, dataDir: string): unknown {
  if (error instanceof EmbeddedDatabaseError || errno(error) === undefined) return error;
  return new EmbeddedDatabaseError(
    `The database in ${dataDir} cannot be opened: ${(error as Error).message}.`,
  );
}
