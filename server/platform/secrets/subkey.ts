import { hkdfSync } from "node:crypto";
import { type DatedVersions, liveVersions } from "@/server/platform/secrets/versions";

export interface Subkey {
  version: number;
  /** 32 bytes. */
  key: Buffer;
}

/**
 * A key for one purpose from each version that is live now, the current one first (HKDF-SHA256, RFC 5869).
 * @param purpose A name of ours such as `refresh-token`, never something that a caller chose.
 */
export function subkey(versions: DatedVersions, purpose: string, now = Date.now()): Subkey[] {
  return liveVersions(versions, now).map(({ version, secret }) => ({
    version,
    key: Buffer.from(hkdfSync("sha256", secret, "", `holdfast/${purpose}`, 32)),
  }));
}
