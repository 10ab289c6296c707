import { createOTP } from "@better-auth/utils/otp";
import { generateRandomString, symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
import type { Sql } from "@/db/client";
import type { EncryptionKey } from "@/server/identity/encryption-key";

/** What authenticator apps take for granted: SHA-1, six digits, a new code every 30 seconds (RFC 6238). */
const PERIOD_S = 30;
const DIGITS = 6;
/** Steps to either side that are taken too: clocks differ, and people type slowly. */
const DRIFT = 1;
const ISSUER = "Holdfast";

/** What an authenticator app is told, once: by the URI in a QR code, or by typing the secret in base32. */
interface Enrolment {
  uri: string;
  secret: string;
}

interface TotpOptions {
  sql: Sql;
  /** Encrypts the secrets in the database. */
  key(): EncryptionKey;
  /** Milliseconds since 1970. */
  now(): number;
}

/** The authenticator app of each person. */
export function createTotp({ sql, key, now }: TotpOptions) {
  const secretOf = async (userId: string, isConfirmed: boolean) => {
    const [row] = await sql<{ secret: string }[]>`
      select secret from totp where user_id = ${userId} and (confirmed_at is not null) = ${isConfirmed}`;
    return row && { stored: row.secret, plain: await symmetricDecrypt({ key: key(), data: row.secret }) };
  };
  return {
    /** Makes a secret, in place of one that was never confirmed; undefined where an app is set already. */
    enrol: async (userId: string, email: string): Promise<Enrolment | undefined> => {
      const plain = generateRandomString(32);
      const secret = await symmetricEncrypt({ key: key(), data: plain });
      const made = await sql`
        insert into totp (user_id, secret) values (${userId}, ${secret})
        on conflict (user_id) do update set secret = excluded.secret where totp.confirmed_at is null
        returning 1`;
      if (made.length === 0) return undefined;
      const uri = createOTP(plain, { digits: DIGITS, period: PERIOD_S }).url(ISSUER, email);
      return { uri, secret: new URL(uri).searchParams.get("secret") ?? "" };
    },

    /** Whether the code is of the new secret: then the app counts, and this session was begun with it. */
    confirm: async (userId: string, sessionId: string, code: string): Promise<boolean> => {
      const secret = await secretOf(userId, false);
      const step = secret && (await stepOf(secret.plain, code, now()));
      if (!step) return false;
      const confirmed = await sql`
        with confirmed as (
          update totp set confirmed_at = now(), last_step = ${step}
          where user_id = ${userId} and confirmed_at is null and secret = ${secret.stored} returning 1),
        marked as (
          update session set second_factor_at = now()
          where id = ${sessionId} and user_id = ${userId} and exists (select from confirmed))
        select 1 from confirmed`;
      return confirmed.length === 1;
    },

    /** Whether the code is good and the first of its time: of many uses at once one wins. */
    use: async (userId: string, code: string): Promise<boolean> => {
      const secret = await secretOf(userId, true);
      const step = secret && (await stepOf(secret.plain, code, now()));
      if (!step) return false;
      const taken = await sql`
        update totp set last_step = ${step}
        where user_id = ${userId} and confirmed_at is not null and last_step < ${step} returning 1`;
      return taken.length === 1;
    },

    remove: async (userId: string): Promise<boolean> => {
      const removed =
        await sql`delete from totp where user_id = ${userId} and confirmed_at is not null returning 1`;
      return removed.length === 1;
    },
  };
}

/** The step whose code this is; undefined where it is none of now. Every step is looked at, whichever it is. */
async function stepOf(secret: string, code: string, now: number): Promise<number | undefined> {
  const present = Math.floor(now / 1000 / PERIOD_S);
  const otp = createOTP(secret, { digits: DIGITS, period: PERIOD_S });
  let found: number | undefined;
  for (let step = present - DRIFT; step <= present + DRIFT; step++)
    if (isEqual(await otp.hotp(step), code)) found = step;
  return found;
}

function isEqual(expected: string, given: string): boolean {
  let difference = expected.length ^ given.length;
  for (let at = 0; at < expected.length; at++) difference |= expected.charCodeAt(at) ^ given.charCodeAt(at);
  return difference === 0;
}
