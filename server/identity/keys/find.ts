import { type Principal, Unauthenticated } from "@/server/identity/identity";
import { digestOfKey, isKeyForm } from "@/server/identity/keys/form";
import type { Records } from "@/server/identity/records/record";
import { networkOf } from "@/server/platform/limits/network";

/** Most keys that are remembered as found, and most networks that are remembered as having missed. */
const MOST = 10_000;
/** Milliseconds for which a network that named a key of nobody pays before each look-up of a key that is new here. */
const REMEMBERED_MS = 300_000;

interface FinderOptions {
  records: Records;
  /** Spends one attempt of a network. Throws when it has none left, or nobody can count. */
  spend(network: string): Promise<void>;
  noteUsed(keyId: string, address: string | null): void;
  /** Milliseconds since 1970. */
  now?(): number;
}

/**
 * Finds the principal behind a key. A text that is no key of ours costs nothing. A key of nobody costs one look-up and one
 * attempt of its network; from then on the network pays an attempt before each key that this process has not found
 * before, so guessing ends at the budget, and keys that are known to be good go on beside it.
 */
export function createKeyFinder({ records, spend, noteUsed, now = Date.now }: FinderOptions) {
  const found = new Recent();
  const missed = new Recent();
  return async (key: string, address: string | null): Promise<Principal> => {
    if (!isKeyForm(key)) throw new Unauthenticated();
    const network = networkOf(address);
    const digest = digestOfKey(key);
    const pays = missed.has(network, now()) && !found.has(digest, now());
    if (pays) await spend(network);
    const principal = await records.find({ by: "key", digest });
    if (!principal) {
      found.forget(digest);
      missed.add(network, now());
      if (!pays) await spend(network);
      throw new Unauthenticated();
    }
    found.add(digest, now());
    if (principal.keyId) noteUsed(principal.keyId, address);
    return principal;
  };
}

/** What was seen lately; what was added first is forgotten first, and what has ended as soon as something comes. */
class Recent {
  readonly #until = new Map<string, number>();

  has(value: string, now: number): boolean {
    return (this.#until.get(value) ?? 0) > now;
  }

  add(value: string, now: number): void {
    this.#until.delete(value);
    this.#until.set(value, now + REMEMBERED_MS);
    for (const [oldest, until] of this.#until) {
      if (this.#until.size <= MOST && until > now) break;
      this.#until.delete(oldest);
    }
  }

  forget(value: string): void {
    this.#until.delete(value);
  }
}
