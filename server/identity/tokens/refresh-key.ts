import { createHmac } from "node:crypto";
import { subkey } from "@/server/platform/secrets/subkey";
import type { DatedVersions } from "@/server/platform/secrets/versions";

/** Says which token follows on another: the same server secret gives the same one, without either being stored. */
export interface RefreshKey {
  /** By every version of the secret that is live, the current one first. */
  successorsOf(presented: string): string[];
}

/** Marks our refresh tokens, for who looks for leaked ones. */
export const REFRESH_PREFIX = "hfr_";

/** @param secrets The versions of our secret, asked at each use. */
export function createRefreshKey(secrets: () => DatedVersions): RefreshKey {
  return {
    successorsOf: (presented) =>
      subkey(secrets(), "refresh").map(
        ({ key }) => REFRESH_PREFIX + createHmac("sha256", key).update(presented).digest("base64url"),
      ),
  };
}
