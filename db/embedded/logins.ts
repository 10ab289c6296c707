import { randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { EmbeddedDatabaseError, errno } from "@/db/embedded/error";
import { type Folder, giveToOwner } from "@/db/embedded/folder";

export type Login = "postgres" | "holdfast_app" | "holdfast_auth";

/** What is kept beside the data, readable by its owner alone. */
export interface Logins {
  passwords: Record<Login, string>;
  /** The port of the last start, kept where it is still free. */
  port: number | undefined;
}

/** Reads the passwords of this database; a database that is yet to be made gets new ones. */
export async function openLogins(folder: Folder, exists: boolean): Promise<Logins> {
  const kept = await readLogins(folder.logins);
  if (kept !== undefined) return kept;
  if (exists) {
    throw new EmbeddedDatabaseError(
      `The passwords of the database in ${folder.data} are missing: put ${folder.logins} back from a backup, ` +
        "or move the database away to begin anew.",
    );
  }
  const password = () => randomBytes(24).toString("base64url");
  const passwords = { postgres: password(), holdfast_app: password(), holdfast_auth: password() };
  const logins = { passwords, port: undefined };
  await writeLogins(folder, logins);
  return logins;
}

/** Undefined when the file is not there. */
export async function readLogins(file: string): Promise<Logins | undefined> {
  try {
    const logins = JSON.parse(await readFile(file, "utf8")) as Logins;
    const { postgres, holdfast_app, holdfast_auth } = logins.passwords;
    if (postgres && holdfast_app && holdfast_auth) return logins;
  } catch (error) {
    const code = errno(error);
    if (code === "ENOENT") return undefined;
    if (code !== undefined) {
      const remedy = "give it to the user who starts Holdfast";
      throw new EmbeddedDatabaseError(`${file} cannot be read (${code}): ${remedy}.`, { cause: error });
    }
  }
  throw new EmbeddedDatabaseError(
    `${file} does not hold the passwords of the database: put it back from a backup.`,
  );
}

/** Replaces the file whole, so that a crash leaves the old one or the new one. */
export async function writeLogins(folder: Folder, logins: Logins): Promise<void> {
  const next = `${folder.logins}.${process.pid}`;
  await rm(next, { force: true });
  await writeFile(next, `${JSON.stringify(logins, null, 2)}\n`, { mode: 0o600, flag: "wx", flush: true });
  await giveToOwner(folder, next);
  await rename(next, folder.logins);
}
