import { v7 } from "uuid";
import type { Sql } from "@/db/client";
import { CLOCK_TOLERANCE_S, TOKEN_LIFETIME_S } from "@/server/identity/tokens/claims";
import { type KeyPair, makeKeyPair } from "@/server/identity/tokens/jwt-plugin";
import type { Versions } from "@/server/platform/secrets/versions";

/** Seconds for which others may keep our JWKS. */
export const JWKS_MAX_AGE_S = 300;
/** Seconds in which every process of ours has looked for new keys, whatever it did not hear. */
export const LOOK_EVERY_S = 30;
/** Seconds for which a key is published before it signs: nobody who keeps to max-age meets a key it does not know. */
export const LEAD_S = 2 * JWKS_MAX_AGE_S;
/** The same in an emergency: our own processes hear of it in milliseconds, others may refuse until their copy ends. */
export const SHORT_LEAD_S = 2;
/** Seconds until the schedule makes a new key. */
export const ROTATE_EVERY_S = 30 * 24 * 3600;
/** Seconds for which a key verifies after its successor signs: the last token it signed, by whoever learned of it last. */
const VERIFIES_ON_S = TOKEN_LIFETIME_S + CLOCK_TOLERANCE_S + 2 * LOOK_EVERY_S;
/** Topic under which the database says that keys have changed. */
export const KEYS_TOPIC = "jwks";

export interface StoredKey extends KeyPair {
  kid: string;
  createdAt: Date;
  /** Signs from then on, unless a younger one does. */
  signsFrom: Date;
  /** Verifies until then; null while it has no successor. */
  expiresAt: Date | null;
}

/** Why a key is made: there is none, its time has come, or somebody says so. Under one lock, looked at once more. */
export type Occasion = "missing" | "scheduled" | "commanded";

export interface KeyStore {
  /** Those that verify or will; with `all`, those of the last month too. */
  list(all?: boolean): Promise<StoredKey[]>;
  /** Makes a key that signs in `leadS` seconds. Null when another process was first, or one waits for its time. */
  add(occasion: Occasion, leadS: number): Promise<string | null>;
  /** Ends a key at once and destroys its private half. False when there is none of that id. */
  retire(kid: string): Promise<boolean>;
}

/** Signing keys in the table of Better Auth's plugin, as holdfast_auth. Each change is one statement. */
export function createKeyStore(sql: Sql, secrets: () => Versions): KeyStore {
  return {
    list: async (all = false) =>
      sql<StoredKey[]>`
        select id as kid, public_key as "publicKey", private_key as "privateKey", created_at as "createdAt",
          signs_from as "signsFrom", expires_at as "expiresAt"
        from jwks where ${all} or expires_at is null or expires_at > now() order by signs_from desc, id desc`,
    add: async (occasion, leadS) => {
      const { publicKey, privateKey } = await makeKeyPair(secrets());
      const [row] = await sql<{ kid: string | null }[]>`
        select signing_key_add(${v7()}, ${publicKey}, ${privateKey}, ${occasion}, ${leadS}, ${VERIFIES_ON_S},
          ${ROTATE_EVERY_S}) as kid`;
      return row?.kid ?? null;
    },
    retire: async (kid) => {
      const [row] = await sql<{ found: boolean }[]>`select signing_key_retire(${kid}) as found`;
      return row?.found === true;
    },
  };
}
