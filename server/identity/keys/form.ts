import { createHash, randomInt } from "node:crypto";
import { crc32 } from "node:zlib";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
export const KEY_PREFIX = "hf_";
/** 43 characters of 62 hold 256 bits. */
const RANDOM = 43;
const CHECKSUM = 6;
/** For scanners, see docs/api-keys.md. */
const FORM = /^hf_[0-9A-Za-z]{49}$/;
/** Characters that lists show of a key: its prefix, and enough to tell it from one's others. */
const SHOWN = 8;

/** A key as it is shown once, and what is kept of it. */
export interface MadeKey {
  key: string;
  /** SHA-256, base64url: 256 random bits need no slow hash. */
  digest: string;
  /** How it begins. */
  start: string;
}

export function makeKey(): MadeKey {
  const random = Array.from({ length: RANDOM }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  const body = KEY_PREFIX + random;
  const key = body + checksumOf(body);
  return { key, digest: digestOfKey(key), start: key.slice(0, SHOWN) };
}

/** Whether a text can be a key of ours. Costs no look-up: its checksum tells scanners, and us, that it was made so. */
export function isKeyForm(text: string): boolean {
  return FORM.test(text) && checksumOf(text.slice(0, -CHECKSUM)) === text.slice(-CHECKSUM);
}

export function digestOfKey(key: string): string {
  return createHash("sha256").update(key).digest("base64url");
}

/** CRC-32 (IEEE 802.3) in base 62, most significant digit first, as GitHub's tokens have it. */
function checksumOf(body: string): string {
  let rest = crc32(body);
  let text = "";
  for (let at = 0; at < CHECKSUM; at++) {
    text = ALPHABET[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
