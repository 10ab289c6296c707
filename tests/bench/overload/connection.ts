import { connect, type Socket } from "node:net";

/** What became of one request. Status 0: the connection ended before its answer was whole. */
type Answered = (status: number, headers: string) => void;

const HEAD_END = Buffer.from("\r\n\r\n");
const READ_BYTES = 65_536;

/**
 * One connection of HTTP/1.1 that carries one request at a time. It reads no more of an answer than its status, its length
 * and whether the connection goes on: a client that cost more would be the limit of what it measures.
 */
export class Connection {
  #socket: Socket | undefined;
  #answered: Answered | undefined;
  /** Status and headers, while they are not whole, in Latin-1. */
  #head = "";
  #status = 0;
  #bytesLeft = 0;
  #closes = false;

  constructor(
    private readonly port: number,
    private readonly buffer: Buffer = Buffer.allocUnsafe(READ_BYTES),
  ) {}

  /** Sends bytes that are a whole request; opens the connection where there is none. */
  send(request: Buffer, answered: Answered): void {
    this.#answered = answered;
    this.#head = "";
    this.#status = 0;
    this.#socket ??= this.#open();
    this.#socket.write(request);
  }

  end(): void {
    this.#answered = undefined;
    this.#socket?.destroy();
  }

  #open(): Socket {
    const onread = {
      buffer: this.buffer,
      callback: (count: number, buffer: Uint8Array) => {
        if (this.#socket === socket) this.#read(buffer as Buffer, count);
        return true;
      },
    };
    const socket = connect({ port: this.port, host: "127.0.0.1", noDelay: true, onread });
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#tell(0, "");
    });
    return socket;
  }

  #read(buffer: Buffer, count: number): void {
    let body = count;
    if (this.#status === 0) {
      const end = this.#head === "" ? buffer.subarray(0, count).indexOf(HEAD_END) : -1;
      this.#head += buffer.toString("latin1", 0, end < 0 ? count : end + HEAD_END.length);
      const length = this.#head.indexOf("\r\n\r\n");
      if (length < 0) return;
      body = end < 0 ? this.#head.length - length - HEAD_END.length : count - end - HEAD_END.length;
      this.#status = Number(this.#head.slice(9, 12));
      this.#bytesLeft = lengthOf(this.#head);
      this.#closes = /\r\nconnection: close\r\n/i.test(this.#head);
    }
    this.#bytesLeft -= body;
    if (this.#bytesLeft > 0) return;
    const [status, head] = [this.#status, this.#head];
    if (this.#closes) {
      this.#socket?.destroy();
      this.#socket = undefined;
    }
    this.#tell(status, head);
  }

  #tell(status: number, head: string): void {
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(status, head);
  }
}

/** @throws Error when an answer does not say its length. */
function lengthOf(head: string): number {
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? [];
  if (length === undefined) throw new Error(`an answer without a length: ${head}`);
  return Number(length);
}
