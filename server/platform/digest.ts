import { createHmac } from "node:crypto";

/** A keyed digest: equal values have equal digests, and without the secret nobody finds the value to one. */
export type Digest = (kind: "address" | "account" | "device" | "client", ...values: string[]) => string;

/** Most addresses whose digest is remembered: those who come, come again. */
const MOST_ADDRESSES = 1_000;

/** @param secret Asked at each digest: what it is may change. */
export function createDigest(secret: () => string): Digest {
  const addresses = new Map<string, string>();
  let madeUnder: string | undefined;
  return (kind, ...values) => {
    const key = secret();
    const text = JSON.stringify(["digest", kind, ...values]);
    const make = () => createHmac("sha256", key).update(text).digest("base64url");
    if (kind !== "address") return make();
    if (madeUnder !== key) addresses.clear();
    madeUnder = key;
    const known = addresses.get(text);
    if (known !== undefined) return known;
    if (addresses.size >= MOST_ADDRESSES) addresses.clear();
    const digest = make();
    addresses.set(text, digest);
    return digest;
  };
}
