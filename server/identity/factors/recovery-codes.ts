import { createHash, randomBytes } from "node:crypto";
import type { Sql } from "@/db/client";

const CODES = 10;
/** Crockford's alphabet: no I, L, O, U. 16 letters of it are 80 bits, which no list of digests gives away. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 16;

/** The recovery codes of each person. They are shown once; the database has their digests. */
export function createRecoveryCodes(sql: Sql) {
  return {
    /** Ten new codes in place of all earlier ones. */
    renew: async (userId: string): Promise<string[]> => {
      const codes = Array.from({ length: CODES }, newCode);
      const rows = codes.map((code) => ({ digest: digestOf(code), user_id: userId }));
      await sql`
        with gone as (delete from recovery_code where user_id = ${userId})
        insert into recovery_code ${sql(rows)}`;
      return codes;
    },

    /** Whether the code is good and was never used: of many uses at once one wins. */
    use: async (userId: string, code: string): Promise<boolean> => {
      const used = await sql`
        update recovery_code set used_at = now()
        where user_id = ${userId} and digest = ${digestOf(code)} and used_at is null returning 1`;
      return used.length === 1;
    },
  };
}

function newCode(): string {
  const letters = Array.from(randomBytes(LENGTH), (byte) => LETTERS[byte % LETTERS.length]).join("");
  return letters.replace(/(.{4})(?=.)/g, "$1-");
}

/** As people type: small letters, spaces, a letter O for the digit. */
function digestOf(code: string): string {
  const plain = code.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return createHash("sha256").update(`holdfast-recovery-1\n${plain}`).digest("base64url");
}
