import type { IncomingMessage } from "node:http";
import type { PublicError } from "@/server/guard/errors";
import { MALFORMED, TOO_DEEP, TOO_LARGE } from "@/server/http/answers";

/** Largest body, in bytes. */
export const MAX_BODY = 1024 * 1024;
/** Deepest nesting of arrays and objects: recursion over what a caller sent is bounded here, once. */
const MAX_DEPTH = 32;

export type BodyFault = "PAYLOAD_TOO_LARGE" | "MALFORMED" | "ABORTED";

/** Reads a body of at most `MAX_BODY` bytes; the declared length is refused before a byte is read. */
export async function readBody(request: IncomingMessage): Promise<Buffer | BodyFault> {
  const length = request.headers["content-length"];
  if (length === undefined) return collect(request, 0);
  return Number(length) <= MAX_BODY ? readDeclared(request) : "PAYLOAD_TOO_LARGE";
}

/** HTTP's parser ends a body where its length says: what is read here needs no count, and no iterator around each piece. */
function readDeclared(request: IncomingMessage): Promise<Buffer | BodyFault> {
  if (request.destroyed) return Promise.resolve("ABORTED");
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    // After the end it says nothing new.
    request.on("close", () => resolve("ABORTED"));
    request.on("error", () => resolve("ABORTED"));
  });
}

/** A body of which nobody has said how long it is, and any other stream of bytes. */
export async function collect(
  source: AsyncIterable<Uint8Array>,
  declared: number,
): Promise<Buffer | BodyFault> {
  if (!(declared <= MAX_BODY)) return "PAYLOAD_TOO_LARGE";
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > MAX_BODY) return "PAYLOAD_TOO_LARGE";
      chunks.push(chunk);
    }
  } catch {
    return "ABORTED";
  }
  return Buffer.concat(chunks, size);
}

/** Whether JSON text is UTF-8 and nested no deeper than `MAX_DEPTH`. Its syntax is left to the parser. */
export function isShallow(body: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < body.length; index++) {
    const byte = body[index];
    if (inString) {
      if (byte === 0x5c) index++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > MAX_DEPTH) return false;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return true;
}

/** What is wrong with a body that was read, undefined where nothing is; null is none. */
export function faultOfBody(body: Awaited<ReturnType<typeof readBody>> | null): PublicError | undefined {
  if (body === null) return undefined;
  if (body === "PAYLOAD_TOO_LARGE") return TOO_LARGE;
  if (typeof body === "string") return MALFORMED;
  return isShallow(body) ? undefined : TOO_DEEP;
}
