import { type CryptoKey, importJWK, type JWK } from "jose";
import { DatabaseUnavailable } from "@/db/transaction/failure";
import { CLOCK_TOLERANCE_S, TOKEN_ALGORITHM, TOKEN_LIFETIME_S } from "@/server/identity/tokens/claims";
import { openKeyPair, type SigningKey } from "@/server/identity/tokens/jwt-plugin";
import {
  type KeyStore,
  LEAD_S,
  LOOK_EVERY_S,
  ROTATE_EVERY_S,
  type StoredKey,
} from "@/server/identity/tokens/key-store";
import type { Versions } from "@/server/platform/secrets/versions";

/** The public half of a key, as RFC 7517 writes it. */
export interface PublicJwk {
  kty: string;
  n: string;
  e: string;
  kid: string;
  use: "sig";
  alg: typeof TOKEN_ALGORITHM;
}

interface RingKey {
  signsFrom: number;
  expiresAt: number;
  verify: CryptoKey;
  /** Null where no secret of ours opens it: another process signs with it. */
  sign: SigningKey | null;
  jwk: PublicJwk;
}

/** Milliseconds before its end from which a key signs no more: what it signs must be good to the last second. */
const SIGNS_NO_MORE_MS = (TOKEN_LIFETIME_S + CLOCK_TOLERANCE_S) * 1000;

interface RingOptions {
  store: KeyStore;
  secrets(): Versions;
  /** Told of a key whose private half can not be opened. */
  unopened(kid: string): void;
  /** Milliseconds since 1970. */
  now?(): number;
}

/** The keys as this process knows them. */
export interface KeyRing {
  /** The key that signs at a moment. @throws DatabaseUnavailable when there is none. */
  signer(at?: number): SigningKey;
  /** The public key of an id that verifies now. Costs nothing. */
  known(kid: string): CryptoKey | undefined;
  /** The same; an unknown id makes us look for new keys, at most every 30 s. */
  find(kid: string): Promise<CryptoKey | undefined>;
  published(): PublicJwk[];
  /** Reads the keys anew. Calls meanwhile share one more reading. */
  reload(): Promise<void>;
  /** Reads them anew, and makes one where there is none or the schedule wants one. */
  tend(): Promise<void>;
}

export function createKeyRing({ store, secrets, unopened, now = Date.now }: RingOptions): KeyRing {
  let keys: ReadonlyMap<string, RingKey> = new Map();
  let lookedAt = Number.NEGATIVE_INFINITY;
  let under: Promise<void> | undefined;
  let again: Promise<void> | undefined;

  const read = async () => {
    const stored = await store.list();
    const entries = stored.map(async (key) => [key.kid, await opened(key)] as const);
    keys = new Map(await Promise.all(entries));
  };
  const opened = async (key: StoredKey): Promise<RingKey> => {
    const dates = {
      signsFrom: key.signsFrom.getTime(),
      expiresAt: key.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
    };
    const before = keys.get(key.kid);
    if (before) return { ...before, ...dates };
    const { kty = "", n = "", e = "" } = JSON.parse(key.publicKey) as JWK;
    const jwk: PublicJwk = { kty, n, e, kid: key.kid, use: "sig", alg: TOKEN_ALGORITHM };
    const verify = (await importJWK({ kty, n, e }, TOKEN_ALGORITHM)) as CryptoKey;
    const sign = await openKeyPair(secrets(), key.kid, key).catch(() => {
      unopened(key.kid);
      return null;
    });
    return { ...dates, verify, sign, jwk };
  };
  const reload = (): Promise<void> => {
    // A reading under way may have begun before what we were told of: one more follows it, for all who ask.
    if (under) {
      again ??= under
        .catch(() => {})
        .then(() => {
          again = undefined;
          return reload();
        });
      return again;
    }
    under = read().finally(() => {
      under = undefined;
    });
    return under;
  };
  const live = () => [...keys.values()].filter(({ expiresAt }) => expiresAt > now());
  const known = (kid: string) => {
    const key = keys.get(kid);
    return key && key.expiresAt > now() ? key.verify : undefined;
  };
  return {
    signer: (at = now()) => {
      const able = live()
        .filter((key) => key.sign !== null)
        .sort((one, other) => other.signsFrom - one.signsFrom);
      // A key near its end would sign tokens that outlive it; one that waits for its time is the better one then.
      const lasting = able.filter(({ expiresAt }) => expiresAt > at + SIGNS_NO_MORE_MS);
      const best = lasting.find(({ signsFrom }) => signsFrom <= at) ?? lasting.at(-1) ?? able.at(0);
      if (!best?.sign) throw new DatabaseUnavailable("there is no key to sign with");
      return best.sign;
    },
    known,
    find: async (kid) => {
      if (!known(kid) && now() - lookedAt >= LOOK_EVERY_S * 1000) {
        lookedAt = now();
        // Whoever tends the keys says that they can not be read.
        await reload().catch(() => {});
      }
      return known(kid);
    },
    published: () => live().map(({ jwk }) => jwk),
    reload,
    tend: async () => {
      await reload();
      const lasting = live().filter(({ expiresAt }) => expiresAt === Number.POSITIVE_INFINITY);
      const able = live().filter((key) => key.sign !== null);
      const youngest = Math.max(...live().map(({ signsFrom }) => signsFrom));
      if (lasting.length === 0) await store.add("missing", 0);
      else if (able.length === 0) await store.add("commanded", 0);
      else if (now() - youngest >= ROTATE_EVERY_S * 1000) await store.add("scheduled", LEAD_S);
      else return;
      await reload();
    },
  };
}
