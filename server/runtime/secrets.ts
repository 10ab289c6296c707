import type { Env } from "@/server/env";
import type { Log } from "@/server/platform/log";
import type { LiveSecrets, SecretSet } from "@/server/platform/secrets/live";
import { writtenVersions } from "@/server/platform/secrets/versions";
import { watchFiles } from "@/server/platform/secrets/watch";

interface FollowOptions {
  source: Env["secretSource"];
  secrets: LiveSecrets;
  log: Log;
}

interface Following {
  /** Looks again now. Never rejects: what can not be used is told to the log, and what was in force stays. */
  reload(): Promise<void>;
  stop(): void;
}

/** Puts secrets into force as they are rotated: on a change of a file, at intervals, and whenever told to look. */
export function followSecrets({ source, secrets, log }: FollowOptions): Following {
  let told = "";
  const look = async (isAsked: boolean) => {
    try {
      const next = await source.reread();
      const now = { auth: secrets.auth(), audit: secrets.audit() };
      const isSame = fingerprint(next) === fingerprint(now);
      told = "";
      if (isSame && isAsked) log.info({ event: "secrets_unchanged" }, "the secrets are as they were");
      if (isSame) return;
      const lost = [...now.audit.secrets.keys()].filter((version) => !next.audit.secrets.has(version));
      if (lost.length > 0)
        throw new Error(`AUDIT_KEYS lacks version ${lost.join()}: what it sealed could not be verified.`);
      secrets.replace(next);
      log.info({ event: "secrets_reloaded", ...versionsOf(next) }, "other secrets are in force");
    } catch (error) {
      // At each look it would be the same line again.
      const { message } = error as Error;
      if (message !== told || isAsked)
        log.error({ event: "secrets_not_reloaded", why: message }, "the secrets stay as they were");
      told = message;
    }
  };
  let last = Promise.resolve();
  const reload = (isAsked: boolean) => {
    // One after the other: an old look must not come after a new one.
    last = last.then(() => look(isAsked));
    return last;
  };
  const watching =
    source.every === null
      ? undefined
      : watchFiles({ files: source.files, every: source.every, changed: () => void reload(false) });
  return { reload: () => reload(true), stop: () => watching?.stop() };
}

const fingerprint = ({ auth, audit }: SecretSet) => `${writtenVersions(auth)} ${writtenVersions(audit)}`;

const versionsOf = ({ auth, audit }: SecretSet) => ({
  authVersion: auth.current,
  authAccepted: [...auth.secrets.keys()].filter(
    (version) => Date.now() < (auth.ends.get(version) ?? Infinity),
  ),
  auditVersion: audit.current,
});
