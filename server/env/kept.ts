import { join } from "node:path";
import type { z } from "zod";
import { givenAuditKeys, givenAuthSecrets } from "@/server/env/faults";
import type { Variables } from "@/server/env/variables";
import { keptSecret, readKeptSecret } from "@/server/platform/secrets/kept";
import type { SecretSet } from "@/server/platform/secrets/live";
import { datedSecrets, isVersioned, versionedSecrets } from "@/server/platform/secrets/versions";

/** Names of the files in the data folder that hold what nobody set. */
export const KEPT_AUTH = "secret";
export const KEPT_AUDIT = "audit-key";

/**
 * Outside production secrets that nobody set are made on the first start, and rotated where they lie: in `files`.
 * @param isStart Later, one that is not there any more is missing, and nothing takes its place.
 * @throws Error when the folder can not be used, or holds what is no secret.
 */
export function keptOrGiven(
  dataDir: string,
  read: Variables,
  isStart: boolean,
): SecretSet & { files: string[] } {
  const auth = givenAuthSecrets(read);
  const audit = givenAuditKeys(read);
  const kept = isStart ? keptSecret : secretStillKept;
  return {
    auth: auth ?? keptVersions(datedSecrets, kept(dataDir, KEPT_AUTH)),
    audit: audit ?? keptVersions(versionedSecrets, kept(dataDir, KEPT_AUDIT)),
    files: [...(auth ? [] : [join(dataDir, KEPT_AUTH)]), ...(audit ? [] : [join(dataDir, KEPT_AUDIT)])],
  };
}

/** A file of one secret is its first version. @throws Error when it is none. */
export function keptVersions<Kind>(form: z.ZodType<Kind>, text: string): Kind {
  const parsed = form.safeParse(isVersioned(text) ? text : `1:${text}`);
  if (!parsed.success) throw new Error(`what is kept in it ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

function secretStillKept(dataDir: string, name: string): string {
  const secret = readKeptSecret(dataDir, name);
  if (secret === undefined) throw new Error(`${name} in it was taken away`);
  return secret;
}
