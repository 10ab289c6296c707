import { chmod, open, rename, stat } from "node:fs/promises";
import { errno } from "@/db/embedded/error";
import { type Folder, giveToOwner } from "@/db/embedded/folder";

const LIMIT_BYTES = 10 * 1024 * 1024;

/** Makes the server's log ready to be written; answers at which byte the next line will begin. */
export async function openLog(folder: Folder): Promise<number> {
  if ((await sizeOf(folder.log)) > LIMIT_BYTES) await rename(folder.log, `${folder.log}.1`);
  const file = await open(folder.log, "a", 0o600);
  await file.close();
  await chmod(folder.log, 0o600);
  await giveToOwner(folder, folder.log);
  return sizeOf(folder.log);
}

/** What the server wrote since that byte, in error lines and all; at most its last 64 KiB. */
export async function readLog(folder: Folder, from: number): Promise<string> {
  const file = await open(folder.log, "r");
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - 65_536);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(size - start, 0)), {
      position: start,
    });
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errno(error) === "ENOENT") return 0;
    throw error;
  }
}
