import { createHmac } from "node:crypto";

/** A keyed digest: equal values have equal digests, and without the secret nobody finds the value to one. */
export type Digest = (kind: "address" | "account" | "device" | "client", ...values: string[]) => string;

/** @param secret Asked at each digest: what it is may change. */
export function createDigest(secret: () => string): Digest {
  return (kind, ...values) =>
    createHmac("sha256", secret())
      .update(JSON.stringify(["digest", kind, ...values]))
      .digest("base64url");
}
