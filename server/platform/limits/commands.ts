/** The commands of Redis that @upstash/ratelimit sends for a sliding window. */
export interface Commands {
  /** @throws an error whose text has NOSCRIPT when the script is not known yet. */
  evalsha(digest: string, keys: string[], args: unknown[]): Promise<unknown>;
  eval(script: string, keys: string[], args: unknown[]): Promise<unknown>;
  close(): void;
}

/** Longest wait for a store, in milliseconds: an answer to a person may not wait longer for its being counted. */
export const STORE_TIMEOUT_MS = 250;
