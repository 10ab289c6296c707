import type { Sql } from "@/db/client";
import { prefixOf } from "@/server/platform/limits/network";
import { newDeviceLetter, passwordChangedLetter } from "@/server/platform/mail/letters";
import type { Post } from "@/server/platform/mail/post";

/** What a route of /api/auth did, as far as its owner should hear of it. */
interface Done {
  path: string;
  /** The address that signed in, in lower case. */
  account: string | null;
  /** The device that was known for it. */
  device: string | null;
  /** Who was signed in before. */
  userId: string | null;
  address: string | null;
  userAgent: string | null;
  /** The Set-Cookie values of the answer. */
  cookies: readonly string[];
}

/** Tells the owner of an account what happened to it. */
export interface Notices {
  /** Takes a success. Costs no wait. */
  after(done: Done): void;
}

interface NoticesOptions {
  /** Connected as holdfast_auth. */
  sql: Sql;
  later: Post["later"];
  baseUrl: string;
}

export function createNotices({ sql, later, baseUrl }: NoticesOptions): Notices {
  const link = `${baseUrl}/forgot`;
  return {
    after: ({ path, account, device, userId, address, userAgent, cookies }) => {
      const at = new Date();
      const beganSession = cookies.some((cookie) => /\.session_token=[^;]/.test(cookie));
      if (path === "/sign-in/email" && account && !device && beganSession)
        later(async () => {
          const to = await addressWithPast(sql, account, at);
          const network = address && prefixOf(address);
          return to ? [newDeviceLetter({ to, at, device: deviceOf(userAgent), network, link })] : [];
        });
      if (path === "/change-password" && userId)
        later(async () => {
          const [person] = await sql<{ email: string }[]>`select email from "user" where id = ${userId}`;
          return person ? [passwordChangedLetter({ to: person.email, at, link })] : [];
        });
    },
  };
}

/** The address of an account that was an hour old, or had another session, by then; the first sign-in of a new one is no news. */
async function addressWithPast(sql: Sql, account: string, at: Date): Promise<string | undefined> {
  const [person] = await sql<{ email: string }[]>`
    select u.email from "user" u where u.email = ${account}
      and (u.created_at < ${at.toISOString()}::timestamptz - interval '1 hour'
        or (select count(*) from session s where s.user_id = u.id and s.created_at <= ${at.toISOString()}::timestamptz) > 1)`;
  return person?.email;
}

// The order matters: most browsers name others besides themselves.
const BROWSERS = [
  ["Edg", "Edge"],
  ["OPR", "Opera"],
  ["Firefox", "Firefox"],
  ["Chrome", "Chrome"],
  ["Safari", "Safari"],
] as const;
const SYSTEMS = [
  ["Android", "Android"],
  ["iPhone", "an iPhone"],
  ["iPad", "an iPad"],
  ["Windows", "Windows"],
  ["Mac OS", "a Mac"],
  ["Linux", "Linux"],
] as const;

/** A User-Agent header in our words: what it says is the sender's to choose, and none of it reaches the letter. */
export function deviceOf(userAgent: string | null): string {
  const named = (table: readonly (readonly [string, string])[]) =>
    table.find(([mark]) => userAgent?.includes(mark))?.[1];
  const browser = named(BROWSERS);
  const system = named(SYSTEMS);
  if (!browser) return system ? `a program on ${system}` : "an unknown program";
  return system ? `${browser} on ${system}` : browser;
}
