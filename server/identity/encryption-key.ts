import type { symmetricEncrypt } from "better-auth/crypto";
import type { DatedVersions } from "@/server/platform/secrets/versions";

/** What `symmetricEncrypt` of better-auth/crypto takes: it encrypts with the current version, and opens with any. */
export type EncryptionKey = Exclude<Parameters<typeof symmetricEncrypt>[0]["key"], string>;

/** Versions whose end has come only open what they encrypted, until it is encrypted anew. */
export function encryptionKey({ current, secrets }: DatedVersions): EncryptionKey {
  const first = secrets.get(Math.min(...secrets.keys()));
  return { keys: new Map(secrets), currentVersion: current, ...(first && { legacySecret: first }) };
}
