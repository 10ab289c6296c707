import { expect, it } from "vitest";
import { answered, boundAfterParse, Follower, HEAD, READY } from "@/db/transaction/messages";

it("messages are followed to their ends, however they are cut, and whatever they hold", () => {
  // A row that ends in `Z`, a column of five bytes and its first: what the end of an answer looks like.
  const row = Buffer.from([0x44, 0, 0, 0, 14, 0, 1, 0x5a, 0, 0, 0, 5, 0x54, 0x54, 0x54]);
  const whole = Buffer.concat([row, answered("SELECT 1", "T")]);
  for (let size = 1; size <= whole.length; size++) {
    const follower = new Follower();
    for (let at = 0; at < whole.length; at += size) {
      const end = Math.min(at + size, whole.length);
      follower.follow(whole.subarray(at, end));
      expect(follower.isAfter(READY), `cut by ${size}, at ${end}`).toBe(end === whole.length);
    }
  }
});

it("an answer is written as the protocol says", () => {
  expect(answered("BEGIN", "T")).toEqual(Buffer.from("C\0\0\0\x0aBEGIN\0Z\0\0\0\x05T", "latin1"));
});

it("the packet of a statement is what follows its preparation", () => {
  const packet = (text: string) => {
    const parse = Buffer.from(`P\0\0\0\0name\0${text}\0\0\0`, "latin1");
    parse.writeUInt32BE(parse.length - 1, 1);
    const describe = Buffer.from("D\0\0\0\x0aSname\0", "latin1");
    return Buffer.concat([parse, describe, Buffer.from("B...E...S...")]);
  };
  expect(boundAfterParse(packet("rollback"), "rollback")?.toString()).toBe("B...E...S...");
  expect(boundAfterParse(packet("rollback to x"), "rollback")).toBeUndefined();
  expect(boundAfterParse(Buffer.from("Q\0\0\0\x0drollback\0"), "rollback")).toBeUndefined();
  expect(boundAfterParse(Buffer.alloc(HEAD - 1, "P"), "rollback")).toBeUndefined();
});
