import type { Sql } from "@/db/client";
import type { EncryptionKey } from "@/server/identity/encryption-key";
import { createRecoveryCodes } from "@/server/identity/factors/recovery-codes";
import { createSecondSteps } from "@/server/identity/factors/second-step";
import { createTotp } from "@/server/identity/factors/totp";

/** What a person has set, for their own eyes. */
export interface FactorStatus {
  totp: boolean;
  passkeys: { id: string; name: string; createdAt: string }[];
  recoveryCodes: number;
  password: boolean;
}

interface FactorsOptions {
  /** A pool of the login `holdfast_auth` that no transaction of Better Auth waits for. */
  sql: Sql;
  /** The secret, or its versions, under which authenticator secrets are encrypted. */
  key(): EncryptionKey;
  now?(): number;
}

export type Factors = ReturnType<typeof createFactors>;

/** Second factors of people. Each method is one statement where something is used up, so that one use wins. */
export function createFactors({ sql, key, now = Date.now }: FactorsOptions) {
  const totp = createTotp({ sql, key, now });
  const recoveryCodes = createRecoveryCodes(sql);
  const statusOf = async (userId: string): Promise<FactorStatus> => {
    const [row] = await sql<[FactorStatus]>`
      select exists (select from totp where user_id = ${userId} and confirmed_at is not null) as totp,
        (select coalesce(jsonb_agg(jsonb_build_object(
            'id', id, 'name', coalesce(name, 'Passkey'), 'createdAt', created_at) order by id), '[]')
          from passkey where user_id = ${userId}) as passkeys,
        (select count(*)::int from recovery_code where user_id = ${userId} and used_at is null) as "recoveryCodes",
        exists (select from account where user_id = ${userId} and password is not null) as password`;
    return row;
  };
  return {
    totp,
    recoveryCodes,
    secondSteps: createSecondSteps(sql),
    statusOf,

    /** Whether a person has a second factor, without which no session of theirs begins. */
    secondFactorOf: async (userId: string): Promise<"none" | "set"> => {
      const { totp: hasApp, passkeys } = await statusOf(userId);
      return hasApp || passkeys.length > 0 ? "set" : "none";
    },

    /** Uses up a code, of the app or for recovery. False for a wrong one, and for one that was used before. */
    verifySecondFactor: async (userId: string, code: string): Promise<boolean> =>
      /^\d{6}$/.test(code) ? totp.use(userId, code) : recoveryCodes.use(userId, code),

    /** False where the passkey is somebody else's, or not there. */
    renamePasskey: async (userId: string, { id, name }: { id: string; name: string }): Promise<boolean> => {
      const renamed = await sql`
        update passkey set name = ${name} where id = ${id} and user_id = ${userId} returning 1`;
      return renamed.length === 1;
    },

    /** False where the passkey is somebody else's, or not there. */
    removePasskey: async (userId: string, id: string): Promise<boolean> => {
      const removed = await sql`delete from passkey where id = ${id} and user_id = ${userId} returning 1`;
      return removed.length === 1;
    },

    /** Notes that the person behind a session has just proven to be there. */
    noteProof: async (sessionId: string): Promise<void> => {
      await sql`update session set proven_at = now() where id = ${sessionId}`;
    },

    /** Marks a session as begun with a second factor: a passkey that was just made in it, say. */
    noteSecondFactor: async (sessionId: string): Promise<void> => {
      await sql`update session set second_factor_at = now() where id = ${sessionId}`;
    },
  };
}
