import { symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
import type { Sql } from "@/db/client";
import type { EncryptionKey } from "@/server/identity/encryption-key";

const AT_ONCE = 200;

/**
 * Encrypts the secrets of authenticator apps anew that an earlier version of our secret encrypted: once that version is
 * taken off the list nobody could open them, and their owners could not sign in. A later version than ours is left alone.
 * @throws when a secret can not be opened; the others are done by then.
 */
export async function reencryptTotp(sql: Sql, key: EncryptionKey): Promise<number> {
  const version = String(key.currentVersion);
  const rows = await sql<{ userId: string; secret: string }[]>`
    select user_id as "userId", secret from totp
    where coalesce(substring(secret from '^\\$ba\\$(\\d+)\\$')::int, 0) < ${version}::int limit ${AT_ONCE}`;
  let done = 0;
  let failure: unknown;
  for (const { userId, secret } of rows) {
    try {
      const renewed = await symmetricEncrypt({ key, data: await symmetricDecrypt({ key, data: secret }) });
      // Whoever has set another app meanwhile keeps that one.
      await sql`update totp set secret = ${renewed} where user_id = ${userId} and secret = ${secret}`;
      done++;
    } catch (error) {
      failure = error;
    }
  }
  if (failure) throw new Error("a secret of an authenticator could not be opened", { cause: failure });
  return done;
}
