import { Worker } from "node:worker_threads";

/** One derivation of a key. */
interface Derivation {
  password: string;
  salt: string;
}

/** What Better Auth derives keys with; the bytes of a key, and the memory that it takes. */
const SCRYPT = { length: 64, options: { N: 16_384, r: 16, p: 1, maxmem: 128 * 16_384 * 16 * 2 } };
/** Of 19 steps down: where the machine has nothing to spare, a tenth of what a thread of usual priority gets. */
const NICENESS = 10;

/**
 * Linux keeps a priority for each thread; elsewhere it would be that of the whole process. The priority is why this is no
 * work for the pool of libuv, which files and names share.
 */
const SOURCE = `
const { parentPort, workerData } = require("node:worker_threads");
const { scryptSync } = require("node:crypto");
if (process.platform === "linux") require("node:os").setPriority(workerData.niceness);
parentPort.on("message", ({ password, salt }) => {
  const { length, options } = workerData.scrypt;
  parentPort.postMessage(scryptSync(password, salt, length, options).toString("hex"));
});`;

/** A thread of low priority that derives one key at a time; it starts when it is first needed. */
export function createScryptThread(): { derive(given: Derivation): Promise<string> } {
  let thread: Worker | undefined;
  const start = () => {
    const made = new Worker(SOURCE, { eval: true, workerData: { scrypt: SCRYPT, niceness: NICENESS } });
    // Whoever waits for a key hears of it; without any listener it would end the process.
    made.on("error", () => {});
    made.once("exit", () => {
      if (thread === made) thread = undefined;
    });
    return made;
  };
  return {
    derive: (given) =>
      new Promise((resolve, reject) => {
        thread ??= start();
        const used = thread;
        const settle = (end: () => void) => {
          used.off("message", onKey).off("error", onError);
          // While nobody waits for it, it keeps no process alive.
          used.unref();
          end();
        };
        const onKey = (key: string) => settle(() => resolve(key));
        const onError = (error: Error) => settle(() => reject(error));
        used.on("message", onKey).on("error", onError);
        used.ref();
        used.postMessage(given);
      }),
  };
}
