import { createHash, randomBytes } from "node:crypto";
import type { Sql } from "@/db/client";

/** Behind the prefix of all cookies of ours. */
export const SECOND_STEP_COOKIE = "second_step";
/** Seconds in which the second factor must follow the first. */
export const SECOND_STEP_S = 600;
/** Codes that may be tried before the password is asked for again. */
const ATTEMPTS = 5;

/** Sign-ins that wait for their second factor, by the token in the browser's cookie. They are no sessions. */
export function createSecondSteps(sql: Sql) {
  return {
    /** @returns The token for the browser. What has run out goes at the same time. */
    begin: async (userId: string): Promise<string> => {
      const token = randomBytes(32).toString("base64url");
      await sql`
        with gone as (delete from second_step where expires_at < now())
        insert into second_step (digest, user_id, expires_at)
        values (${digestOf(token)}, ${userId}, now() + ${SECOND_STEP_S} * interval '1 second')`;
      return token;
    },

    /** The address of whoever's sign-in waits. Costs no attempt. */
    accountOf: async (token: string): Promise<string | undefined> => {
      const [row] = await sql<{ email: string }[]>`
        select u.email from second_step s join "user" u on u.id = s.user_id
        where s.digest = ${digestOf(token)} and s.expires_at > now()`;
      return row?.email.toLowerCase();
    },

    /** Takes one of the attempts; undefined when none is left, or nothing waits. */
    attempt: async (token: string): Promise<string | undefined> => {
      const [row] = await sql<{ user_id: string }[]>`
        update second_step set attempts = attempts + 1
        where digest = ${digestOf(token)} and attempts < ${ATTEMPTS} and expires_at > now() returning user_id`;
      return row?.user_id;
    },

    /** Ends the waiting: of many at once one may go on to a session. */
    end: async (token: string): Promise<boolean> => {
      const ended = await sql`delete from second_step where digest = ${digestOf(token)} returning 1`;
      return ended.length === 1;
    },
  };
}

const digestOf = (token: string) => createHash("sha256").update(token).digest("base64url");
