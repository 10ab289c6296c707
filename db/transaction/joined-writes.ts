import type { Socket } from "node:net";
import {
  answered,
  BOUND,
  boundAfterParse,
  COMPLETE,
  ERROR,
  Follower,
  HEAD,
  READY,
} from "@/db/transaction/messages";

/**
 * Lets the `rollback` that ends a transaction travel with what begins the next. A write to a socket costs as much as a small
 * query, and a rollback has one answer: the driver is given it at once, the words wait for the next write, and the server's
 * answer is taken out of what comes back. What is written, and in which order, stays as it is. Not so `begin`: its true
 * answer shows that the connection lives.
 */
export function joinWrites(socket: Socket): Socket {
  const write = socket.write.bind(socket) as (chunk: Uint8Array, done?: () => void) => boolean;
  const emit = socket.emit.bind(socket) as (event: string, ...args: unknown[]) => boolean;
  const follower = new Follower();
  /** How the driver says it on this connection, once it has prepared it. */
  let end: Buffer | undefined;
  /** Whether it was said, and not sent yet. */
  let isWaiting = false;
  /** Whether the server's answer to it is still to come. */
  let isUnheard = false;
  /** Whether all that was sent has been answered. */
  let isQuiet = false;
  let rest: Buffer = NOTHING;
  let timer: NodeJS.Timeout | undefined;

  const send = (chunk: Buffer, done?: () => void) => {
    isQuiet = false;
    if (!isWaiting || !end) return write(chunk, done);
    isWaiting = false;
    isUnheard = true;
    return write(Buffer.concat([end, chunk]), done);
  };
  const sendAlone = () => {
    if (isWaiting && !socket.destroyed) send(NOTHING);
  };
  const joined = (chunk: Buffer, done?: () => void) => {
    end ??= boundAfterParse(chunk, "rollback");
    if (!isQuiet || !end?.equals(chunk)) return send(chunk, done);
    isWaiting = true;
    // What is over keeps its locks no longer than this.
    timer = timer?.refresh() ?? setTimeout(sendAlone, LONGEST_MS).unref();
    queueMicrotask(() => socket.destroyed || emit("data", ENDED));
    return true;
  };
  /** What the server said, without its answer to the rollback, which comes first. */
  const withoutAnswer = (data: Buffer): Buffer => {
    const all = rest.length > 0 ? Buffer.concat([rest, data]) : data;
    const kept: Buffer[] = [];
    let at = 0;
    while (isUnheard && at + HEAD <= all.length) {
      const next = at + 1 + all.readUInt32BE(at + 1);
      if (next > all.length) break;
      const type = all[at];
      // The driver must hear of an error; nothing that comes after it is the answer that we wait for.
      if (type === ERROR || type === READY) isUnheard = false;
      if (type !== READY && type !== COMPLETE && type !== BOUND) kept.push(all.subarray(at, next));
      at = next;
    }
    rest = isUnheard ? all.subarray(at) : NOTHING;
    if (!isUnheard) kept.push(all.subarray(at));
    return kept.length === 1 ? (kept[0] ?? NOTHING) : Buffer.concat(kept);
  };
  const hear = (data: Buffer) => {
    follower.follow(data);
    const said = isUnheard ? withoutAnswer(data) : data;
    isQuiet = !isUnheard && follower.isAfter(READY);
    return said.length > 0 ? emit("data", said) : true;
  };

  socket.write = joined as Socket["write"];
  socket.emit = ((event: string, ...args: unknown[]) =>
    event === "data" ? hear(args[0] as Buffer) : emit(event, ...args)) as Socket["emit"];
  return socket;
}

/** Milliseconds for which the end of a transaction may wait for the next one. */
const LONGEST_MS = 12;
const NOTHING = Buffer.alloc(0);

/** What the server says to it. */
const ENDED = answered("ROLLBACK", "I", { isBound: true });
