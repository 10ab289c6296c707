import type { Sql } from "@/db/client";
import { DatabaseUnavailable } from "@/db/transaction/failure";
import type { Auth } from "@/server/identity/auth";
import type { SecondFactors } from "@/server/identity/tokens/second-factor";

export interface Credentials {
  /** In lower case. */
  email: string;
  password: string;
  /** Of the second factor. */
  code?: string | undefined;
}

/** Why nobody is signed in; words that a sign-in uses too. */
export type CredentialFault =
  | "INVALID_EMAIL_OR_PASSWORD"
  | "BANNED_USER"
  | "EMAIL_NOT_VERIFIED"
  | "SECOND_FACTOR_REQUIRED"
  | "INVALID_CODE";

export type Shown = { userId: string; secondFactor: boolean } | { fault: CredentialFault };

interface Options {
  sql: Sql;
  verifyPassword: Auth["verifyPassword"];
  verifyEmail: boolean;
  secondFactors: SecondFactors;
}

interface Row {
  id: string;
  hash: string | null;
  is_verified: boolean;
  is_banned: boolean;
}

/** The hash of a password that nobody has, in the library's form: a try at nobody costs what a try at somebody does. */
const NOBODYS = `${"0".repeat(32)}:${"0".repeat(128)}`;

/**
 * Finds out whose e-mail address and password these are. What else stands against somebody is told to whoever knows the
 * password, and to nobody else.
 */
export function createCredentialCheck({ sql, verifyPassword, verifyEmail, secondFactors }: Options) {
  return async ({ email, password, code }: Credentials): Promise<Shown> => {
    const row = await find(sql, email);
    const isRight = await verifyPassword({ hash: row?.hash ?? NOBODYS, password });
    if (!row?.hash || !isRight) return { fault: "INVALID_EMAIL_OR_PASSWORD" };
    if (row.is_banned) return { fault: "BANNED_USER" };
    if (verifyEmail && !row.is_verified) return { fault: "EMAIL_NOT_VERIFIED" };
    if ((await secondFactors.of(row.id)) === "none") return { userId: row.id, secondFactor: false };
    if (code === undefined) return { fault: "SECOND_FACTOR_REQUIRED" };
    const isGood = await secondFactors.verify(row.id, code);
    return isGood ? { userId: row.id, secondFactor: true } : { fault: "INVALID_CODE" };
  };
}

async function find(sql: Sql, email: string): Promise<Row | undefined> {
  const [row] = await sql<Row[]>`
    select u.id, a.password as hash, u.email_verified as is_verified,
      coalesce(u.banned, false) and (u.ban_expires is null or u.ban_expires > now()) as is_banned
    from "user" u left join account a on a.user_id = u.id and a.provider_id = 'credential'
    where u.email = ${email}`.catch((cause: unknown) => {
    throw new DatabaseUnavailable("the account could not be read", { cause });
  });
  return row;
}
