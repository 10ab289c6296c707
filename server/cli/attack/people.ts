import { createHmac, randomBytes, randomUUID } from "node:crypto";
import type { Sql } from "@/db/client";
import type { Desk } from "@/server/cli/attack/desk";
import type { Answer } from "@/server/cli/attack/send";

/** Somebody with a session of their own. */
export interface Person {
  name: string;
  userId: string;
  email: string;
  /** The personal workspace. */
  home: string;
  cookie: string;
  /** Presented in place of the cookie. */
  token?: string;
  platform: "user" | "auditor" | "admin";
  /** The word that marks this person's name and address. */
  mark: string;
}

export const PEOPLE = [
  "owner",
  "admin",
  "member",
  "viewer",
  "stranger",
  "user",
  "platform-admin",
  "auditor",
  "banned",
] as const;
export type PersonName = (typeof PEOPLE)[number];

const PLATFORM_ROLES: Partial<Record<PersonName, Person["platform"]>> = {
  auditor: "auditor",
  "platform-admin": "admin",
};

export const PASSWORD = "correct zebra staple 47 quiet";

/** Signs somebody up, and in. */
export async function makePerson(
  admin: Sql,
  desk: Desk,
  name: PersonName,
  signIn: (person: Pick<Person, "email">) => Promise<string>,
): Promise<Person> {
  const mark = `canary-${name}-${randomBytes(4).toString("hex")}`;
  const email = `${mark}@example.com`;
  const answer = await desk.auth("/sign-up/email", { name: mark, email, password: PASSWORD });
  if (answer.status !== 200)
    throw new Error(`the sign-up of ${name} was answered ${answer.status}: ${answer.text}`);
  const [row] = await admin<{ id: string }[]>`select id from "user" where email = ${email}`;
  if (!row) throw new Error(`the sign-up of ${name} made no user`);
  const person = { name, userId: row.id, email, home: await homeOf(admin, row.id), cookie: "", mark };
  const platform = PLATFORM_ROLES[name] ?? "user";
  const whole: Person = { ...person, platform };
  return { ...whole, cookie: await signIn(whole) };
}

async function homeOf(admin: Sql, userId: string): Promise<string> {
  const [row] = await admin<{ id: string }[]>`select id from organization where personal_user_id = ${userId}`;
  if (!row) throw new Error("a user has no personal workspace");
  return row.id;
}

/** The session cookie that a sign-in gave. */
export function cookieOf(answer: Answer): string {
  // Beside it a cookie for the device, which is no credential.
  const cookie = /(?:__\w+-)?holdfast\.session_token=[^;]+/.exec(answer.headers["set-cookie"] ?? "")?.[0];
  if (answer.status !== 200 || !cookie)
    throw new Error(`a sign-in was answered ${answer.status}: ${answer.text.slice(0, 200)}`);
  return cookie;
}

/** Somebody for one budget: made behind the walls, for hashing a password for each would be most of the run. */
export async function mintPerson(admin: Sql, secret: string, name: string): Promise<Person> {
  const token = randomBytes(24).toString("base64url");
  const mark = `canary-${name}-${randomBytes(4).toString("hex")}`;
  const email = `${mark}@example.com`;
  const userId = randomUUID();
  await admin`insert into "user" (id, name, email) values (${userId}, ${mark}, ${email})`;
  await admin`insert into session (id, token, user_id, expires_at)
    values (${randomUUID()}, ${token}, ${userId}, now() + interval '1 day')`;
  const home = await homeOf(admin, userId);
  return { name, userId, email, home, mark, platform: "user", cookie: signedCookie(token, secret) };
}

/** `encodeURIComponent(token + "." + base64(HMAC-SHA256(secret, token)))`, as Better Auth signs it. */
export function signedCookie(token: string, secret: string): string {
  const signature = createHmac("sha256", secret).update(token).digest("base64");
  return `holdfast.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
}
