import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const beat = 1_000;
const deadAfter = 15_000;

/** Runs `work` while no other process holds the lock file; a holder that died is replaced. */
export async function withLock(path, onWait, work) {
  mkdirSync(dirname(path), { recursive: true });
  for (let told = false; !take(path); await sleep(200)) {
    if (!told) onWait();
    told = true;
  }
  const heart = setInterval(() => touch(path), beat);
  try {
    return await work();
  } finally {
    clearInterval(heart);
    rmSync(path, { force: true });
  }
}

function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  return !isHeld(path) && clear(path) && take(path);
}

/** Moved aside and judged again there: two that find one dead lock must not remove each other's new one. */
function clear(path) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    const alive = isHeld(aside);
    if (alive) linkSync(aside, path);
    rmSync(aside);
    return !alive;
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "EEXIST") return false;
    throw error;
  }
}

/** Alive by its process id, and by its beat: in containers a dead holder's id is soon someone else's. */
function isHeld(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs > deadAfter) return false;
    const holder = Number(readFileSync(path, "utf8"));
    if (holder === 0) return true;
    if (holder === process.pid) return false;
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function touch(path) {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Gone: someone judged us dead. The build's stamp is written last, so at worst it is built twice.
  }
}
