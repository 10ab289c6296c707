import { execFile } from "node:child_process";
import type { Stats } from "node:fs";
import { access, chmod, chown, constants, mkdir, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { EmbeddedDatabaseError, errno } from "@/db/embedded/error";

/** Who the server runs as when we are root; PostgreSQL refuses to run as root itself. */
export interface Account {
  uid: number;
  gid: number;
}

export interface Paths {
  path: string;
  data: string;
  log: string;
  logins: string;
}

/** Where everything of the embedded database lies, and whose it is. */
export interface Folder extends Paths {
  /** Undefined: the server runs as we do. */
  account: Account | undefined;
}

const run = promisify(execFile);
const NOBODY: Account = { uid: 65534, gid: 65534 };

/** Names only; nothing is looked at. */
export function pathsIn(dataDir: string): Paths {
  const path = resolve(dataDir);
  return {
    path,
    data: join(path, "postgres"),
    log: join(path, "postgres.log"),
    logins: join(path, "postgres.json"),
  };
}

/** Makes the data folder where it is missing, and settles as whom the server runs. */
export async function openFolder(dataDir: string): Promise<Folder> {
  const paths = pathsIn(await makeFolder(resolve(dataDir)));
  const { path, data } = paths;
  const account = await chooseAccount(path, data);
  if (account === undefined) await mustBeOurs(path, data);
  else await mustBeReachable(path, account, "The data folder");
  return { ...paths, account };
}

/** Files of ours beside the data belong to the folder's owner, so that root and the owner can take turns. */
export async function giveToOwner(folder: Folder, file: string): Promise<void> {
  if (folder.account === undefined) return;
  const { uid, gid } = await stat(folder.path);
  await chown(file, uid, gid);
}

/** Refuses when a folder on the way bars the account: a project or data under /root, most often. */
export async function mustBeReachable(path: string, account: Account, what: string): Promise<void> {
  const closed = await firstClosed(path, account);
  if (closed === undefined) return;
  throw new EmbeddedDatabaseError(
    `${what} ${path} cannot be reached by user ${account.uid}, as whom PostgreSQL runs when Holdfast is started as root: ` +
      `start Holdfast as an ordinary user, move it out of ${closed}, or run \`chmod o+x ${closed}\`.`,
  );
}

async function makeFolder(path: string): Promise<string> {
  try {
    if (await mkdir(path, { recursive: true })) await settleNewFolder(path);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(path);
  } catch (error) {
    throw unusable(path, error);
  }
}

function unusable(path: string, error: unknown): EmbeddedDatabaseError {
  const code = errno(error);
  if (code === "EEXIST" || code === "ENOTDIR") {
    return new EmbeddedDatabaseError(
      `The data folder ${path} is, or lies in, something that is not a folder: move that away, or set HOLDFAST_DATA_DIR.`,
    );
  }
  return new EmbeddedDatabaseError(
    `The data folder ${path} cannot be written (${code ?? String(error)}): ` +
      "give it to the user who starts Holdfast, or set HOLDFAST_DATA_DIR to another folder.",
  );
}

/** In somebody's project root makes somebody's folder, and one that the server may pass through. */
async function settleNewFolder(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return chmod(path, 0o700);
  const parent = await stat(dirname(path));
  await chown(path, parent.uid, parent.gid);
  await chmod(path, 0o711);
}

async function chooseAccount(path: string, data: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const written = await statIfThere(data);
  if (written?.uid === 0) {
    throw new EmbeddedDatabaseError(
      `The database in ${data} belongs to root, as whom PostgreSQL does not run: run \`chown -R nobody ${data}\`.`,
    );
  }
  if (written !== undefined) return { uid: written.uid, gid: written.gid };
  const { uid, gid } = await stat(path);
  return uid !== 0 && (await hasName(uid)) ? { uid, gid } : NOBODY;
}

/** initdb refuses a user without a name, as the owner of a folder mounted into a container often is. */
async function hasName(uid: number): Promise<boolean> {
  return run("id", ["-un", String(uid)]).then(
    () => true,
    () => false,
  );
}

async function mustBeOurs(path: string, data: string): Promise<void> {
  const us = process.getuid?.();
  const written = await statIfThere(data);
  if (us === undefined || written === undefined || written.uid === us) return;
  throw new EmbeddedDatabaseError(
    `The database in ${data} belongs to user ${written.uid}, not to you (${us}); Holdfast was perhaps started as root before: ` +
      `run \`sudo chown -R ${us} ${path}\`.`,
  );
}

async function firstClosed(path: string, account: Account): Promise<string | undefined> {
  const parent = dirname(path);
  const above = parent === path ? undefined : await firstClosed(parent, account);
  return above ?? (mayPass(await stat(path), account) ? undefined : path);
}

function mayPass(entry: Stats, account: Account): boolean {
  if (entry.uid === account.uid) return (entry.mode & 0o100) !== 0;
  if (entry.gid === account.gid) return (entry.mode & 0o010) !== 0;
  return (entry.mode & 0o001) !== 0;
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errno(error) === "ENOENT") return undefined;
    throw unusable(path, error);
  }
}
