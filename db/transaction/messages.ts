/** Messages of PostgreSQL's protocol, version 3: a type of one byte, a length of four that counts itself, a body. */

/** Bytes of type and length. */
export const HEAD = 5;
export const BOUND = 0x32;
export const COMPLETE = 0x43;
export const ERROR = 0x45;
export const READY = 0x5a;
const PARSE = 0x50;
const DESCRIBE = 0x44;

/**
 * What the server says to a statement without rows.
 * @param state `T`: in a transaction; `I`: idle.
 * @param isBound it was prepared before.
 */
export const answered = (tag: string, state: "T" | "I", { isBound = false } = {}): Buffer =>
  Buffer.concat([
    ...(isBound ? [message("2", Buffer.alloc(0))] : []),
    message("C", Buffer.from(`${tag}\0`)),
    message("Z", Buffer.from(state)),
  ]);

/** What follows Parse and Describe in the packet that prepares a statement of this text: the packet that it is sent by then. */
export function boundAfterParse(packet: Buffer, text: string): Buffer | undefined {
  if (packet[0] !== PARSE || packet.length < HEAD) return undefined;
  const parsed = 1 + packet.readUInt32BE(1);
  const nameEnds = packet.indexOf(0, HEAD);
  if (packet.toString("latin1", nameEnds + 1, nameEnds + 2 + text.length) !== `${text}\0`) return undefined;
  if (packet[parsed] !== DESCRIBE || packet.length < parsed + HEAD) return undefined;
  return Buffer.from(packet.subarray(parsed + 1 + packet.readUInt32BE(parsed + 1)));
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(HEAD);
  head.write(type, 0, "latin1");
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Follows a stream from message to message, however it is cut. */
export class Follower {
  readonly #head = Buffer.alloc(HEAD);
  #filled = 0;
  /** Bytes of the message's body that are still to come. */
  #left = 0;
  #type = 0;

  follow(data: Buffer): void {
    let at = 0;
    while (at < data.length) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, data.length - at);
        this.#left -= step;
        at += step;
      } else {
        this.#head[this.#filled++] = data[at++] ?? 0;
        if (this.#filled < HEAD) continue;
        this.#filled = 0;
        this.#type = this.#head[0] ?? 0;
        this.#left = this.#head.readUInt32BE(1) - 4;
      }
    }
  }

  /** Whether a message of a type has just ended, and no other begun. */
  isAfter(type: number): boolean {
    return this.#type === type && this.#left === 0 && this.#filled === 0;
  }
}
