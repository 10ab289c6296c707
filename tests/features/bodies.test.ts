import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { readBody } from "@/server/http/body";

/** A request whose parser hands on these pieces. */
const requestOf = (source: Readable) =>
  Object.assign(source, { headers: { "content-length": "6" } }) as unknown as IncomingMessage;

it.each([[["abcdef"]], [["abc", "def"]]])("a declared body is read whole: %j", async (pieces) => {
  const body = await readBody(requestOf(Readable.from(pieces.map((piece) => Buffer.from(piece)))));
  expect(String(body)).toBe("abcdef");
});

it("a caller who goes away in the middle is no body", async () => {
  const source = new Readable({ read() {} });
  const reading = readBody(requestOf(source));
  source.push(Buffer.from("abc"));
  source.destroy();
  expect(await reading).toBe("ABORTED");
});

it("a caller who has gone already keeps nobody waiting", async () => {
  const source = new Readable({ read() {} }).destroy();
  await new Promise((resolve) => source.once("close", resolve));
  expect(await readBody(requestOf(source))).toBe("ABORTED");
}, 2_000);
