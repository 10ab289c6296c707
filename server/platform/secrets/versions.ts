import { z } from "zod";

/** Secrets by version: what is new is made with the current one, what is old is read with its own. */
export interface Versions {
  current: number;
  secrets: ReadonlyMap<number, string>;
}

/** A secret that never changed yet. */
export function firstVersion(secret: string): Versions {
  return { current: 1, secrets: new Map([[1, secret]]) };
}

export const strongSecret = z
  .string()
  .min(32, {
    error: "is shorter than 32 characters; make one with: openssl rand -base64 32",
    abort: true,
  })
  .refine(
    (secret) => new Set(secret).size >= 12,
    "is too uniform to be random; make one with: openssl rand -base64 32",
  );

const WRITTEN = "2:key,1:key, the current one first, each made with: openssl rand -base64 32";

/** `2:…,1:…`, the current one first, no version twice. */
export const versionedSecrets = z.string().transform((text, issues): Versions => {
  const entries = text.split(",").map((entry) => /^\s*([1-9]\d{0,8}):(\S+)\s*$/.exec(entry) ?? []);
  const secrets = new Map(entries.map(([, version, secret = ""]) => [Number(version), secret]));
  const [current = 0] = secrets.keys();
  if (entries.some(([whole]) => whole === undefined) || secrets.size < entries.length)
    issues.addIssue(`is not written as ${WRITTEN}`);
  else if ([...secrets.values()].some((secret) => !strongSecret.safeParse(secret).success))
    issues.addIssue(`holds a key that is short or uniform; write ${WRITTEN}`);
  return { current, secrets };
});
