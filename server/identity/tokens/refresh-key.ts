import { createHmac, hkdfSync } from "node:crypto";
import type { Versions } from "@/server/platform/secrets/versions";

/** Says which token follows on another: the same server secret gives the same one, without either being stored. */
export interface RefreshKey {
  /** By every version of the secret, the current one first. */
  successorsOf(presented: string): string[];
}

/** Marks our refresh tokens, for who looks for leaked ones. */
export const REFRESH_PREFIX = "hfr_";

/** Keys by purpose: whoever learns one of them has learned nothing of the secret, nor of the others (RFC 5869). */
export function createRefreshKey({ current, secrets }: Versions): RefreshKey {
  const versions = [current, ...[...secrets.keys()].filter((version) => version !== current)];
  const keys = versions.map((version) =>
    Buffer.from(hkdfSync("sha256", secrets.get(version) ?? "", "holdfast", "refresh", 32)),
  );
  return {
    successorsOf: (presented) =>
      keys.map((key) => REFRESH_PREFIX + createHmac("sha256", key).update(presented).digest("base64url")),
  };
}
