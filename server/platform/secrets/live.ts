import type { DatedVersions, Versions } from "@/server/platform/secrets/versions";

/** The secrets that change while the process lives. */
export interface SecretSet {
  auth: DatedVersions;
  audit: Versions;
}

/** What holds now. Ask at each use: what was asked for a moment ago may have been rotated since. */
export interface LiveSecrets {
  auth(): DatedVersions;
  audit(): Versions;
  /** Puts others in force, for all that happens from now on. */
  replace(next: SecretSet): void;
  /** Calls back after each replacement. */
  onReplaced(listener: (now: SecretSet) => void): void;
}

export function createLiveSecrets(first: SecretSet): LiveSecrets {
  let inForce = first;
  const listeners: ((now: SecretSet) => void)[] = [];
  return {
    auth: () => inForce.auth,
    audit: () => inForce.audit,
    replace: (next) => {
      inForce = next;
      for (const listener of listeners) listener(next);
    },
    onReplaced: (listener) => void listeners.push(listener),
  };
}
