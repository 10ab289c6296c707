import { execFile } from "node:child_process";
import { chown, mkdir, open, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Binaries, explainFailure } from "@/db/embedded/binaries";
import { EmbeddedDatabaseError, errno } from "@/db/embedded/error";
import type { Folder } from "@/db/embedded/folder";
import { BARE_ENVIRONMENT } from "@/db/embedded/processes";

const run = promisify(execFile);
const UNFINISHED = "postgres.making-";

/** How the programs of PostgreSQL are run. */
export function programOptions(folder: Folder) {
  return { cwd: "/", env: BARE_ENVIRONMENT, windowsHide: true, ...folder.account };
}

/** Whether a database was made here before; refuses one that this version cannot open. */
export async function clusterExists(folder: Folder, major: string): Promise<boolean> {
  const version = await writtenBy(folder.data);
  if (version === undefined) return false;
  if (version === major) return true;
  throw new EmbeddedDatabaseError(
    `The database in ${folder.data} was written by PostgreSQL ${version}, and this Holdfast brings ${major}: ` +
      `dump it with version ${version}, move the folder away, start once, and load the dump.`,
  );
}

/** Makes the database under another name and renames it when whole: a crash half-way leaves nothing behind that counts. */
export async function makeCluster(folder: Folder, binaries: Binaries, password: string): Promise<void> {
  await removeUnfinished(folder);
  const room = join(folder.path, `${UNFINISHED}${process.pid}`);
  const [data, passwordFile] = [join(room, "data"), join(room, "password")];
  await mkdir(room, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (folder.account !== undefined) {
    for (const path of [room, passwordFile]) await chown(path, folder.account.uid, folder.account.gid);
  }
  await initdb(binaries, folder, [`--pgdata=${data}`, `--pwfile=${passwordFile}`]);
  await rename(data, folder.data);
  await flushNames(folder.path);
  await removeUnfinished(folder);
}

async function initdb(binaries: Binaries, folder: Folder, where: string[]): Promise<void> {
  // The built-in C.UTF-8 sorts alike on every system; what the system calls C.UTF-8 is missing on some.
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const access = ["--username=postgres", "--auth=scram-sha-256"];
  try {
    await run(binaries.initdb, [...where, ...access, ...locale, "--no-instructions"], programOptions(folder));
  } catch (error) {
    await removeUnfinished(folder);
    const said = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    throw new EmbeddedDatabaseError(explainFailure(binaries, said.trim() || String(error)), { cause: error });
  }
}

async function writtenBy(data: string): Promise<string | undefined> {
  try {
    return (await readFile(join(data, "PG_VERSION"), "utf8")).trim();
  } catch (error) {
    if (errno(error) !== "ENOENT") throw notADatabase(data);
  }
  try {
    await rmdir(data);
  } catch (error) {
    if (errno(error) !== "ENOENT") throw notADatabase(data);
  }
  return undefined;
}

function notADatabase(data: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    `${data} is there but is not a database that can be read: move it away, or set HOLDFAST_DATA_DIR to another folder.`,
  );
}

/** Best effort: an initdb that outlived its launcher may still write there; the next start sweeps again. */
async function removeUnfinished(folder: Folder): Promise<void> {
  for (const name of await readdir(folder.path)) {
    if (!name.startsWith(UNFINISHED)) continue;
    await rm(join(folder.path, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  }
}

async function flushNames(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
