import { base32 } from "@better-auth/utils/base32";
import { createOTP } from "@better-auth/utils/otp";
import { Authenticator } from "@/tests/support/authenticator";
import { cookieOf, sendAuth, signIn, signUp } from "@/tests/support/browser";
import type { House } from "@/tests/support/house";

/** Somebody with a password, signed in by it. */
export interface Enrolled {
  email: string;
  userId: string;
  /** The session in which the app was set. */
  cookie: string;
  /** The app's secret, in base32. */
  secret: string;
  recoveryCodes: string[];
}

/** The code of now, or of so many steps away. Waits out the last second of a step: it would be another's when used. */
export async function codeOf(secret: string, steps = 0): Promise<string> {
  const left = 30_000 - (Date.now() % 30_000);
  if (left < 1_000) await new Promise((resolve) => setTimeout(resolve, left));
  const plain = new TextDecoder().decode(base32.decode(secret));
  return createOTP(plain).hotp(Math.floor(Date.now() / 30_000) + steps);
}

export async function signedUp(house: House, email: string) {
  await signUp(house, email);
  const cookie = cookieOf(await signIn(house, email));
  const [row] = await house.admin<{ id: string }[]>`select id from "user" where email = ${email}`;
  return { email, userId: row?.id ?? "", cookie };
}

/** Sets an authenticator app as the pages do; with the code before this one, so that this is unused. */
export async function withApp(
  house: House,
  cookie: string,
): Promise<Pick<Enrolled, "secret" | "recoveryCodes">> {
  const headers = { cookie };
  const begun = await sendAuth(house, "POST", "/two-factor/enable", { headers });
  const secret = String(begun.body.secret);
  const code = await codeOf(secret, -1);
  const done = await sendAuth(house, "POST", "/two-factor/confirm", { body: { code }, headers });
  if (done.status !== 200) throw new Error(`the app was not set: ${begun.text} ${done.text}`);
  return { secret, recoveryCodes: done.body.recoveryCodes as string[] };
}

/** Signs up, in, and sets an authenticator app. */
export async function enrolled(house: House, email: string): Promise<Enrolled> {
  const person = await signedUp(house, email);
  return { ...person, ...(await withApp(house, person.cookie)) };
}

/** A sign-in up to its second step: the cookies of the browser that waits. */
export async function firstStep(house: House, email: string): Promise<string> {
  const answer = await signIn(house, email);
  if (answer.body.twoFactorRedirect !== true) throw new Error(`no second step: ${answer.text}`);
  return cookieOf(answer);
}

export const verify = (house: House, way: "totp" | "recovery-code", cookie: string, code: string) =>
  sendAuth(house, "POST", `/two-factor/verify-${way}`, { body: { code }, headers: { cookie } });

interface Challenge {
  challenge: string;
  /** All cookies of the browser after it was asked. */
  cookie: string;
}

/** Asks for the challenge of a passkey, signed in by this cookie or by none. */
export async function challengeFor(
  house: House,
  what: "register" | "authenticate",
  cookie = "",
): Promise<Challenge> {
  const answer = await sendAuth(house, "GET", `/passkey/generate-${what}-options`, { headers: { cookie } });
  if (answer.status !== 200) throw new Error(`no challenge: ${answer.text}`);
  const cookies = [cookie, cookieOf(answer)].filter(Boolean).join("; ");
  return { challenge: String(answer.body.challenge), cookie: cookies };
}

/** Adds a passkey to whoever is signed in by this cookie. */
export async function addPasskey(house: House, cookie: string, passkey = new Authenticator()) {
  const asked = await challengeFor(house, "register", cookie);
  const response = passkey.create({ challenge: asked.challenge, origin: house.runtime.env.baseUrl });
  const body = { response, name: "A passkey" };
  const answer = await sendAuth(house, "POST", "/passkey/verify-registration", {
    body,
    headers: { cookie: asked.cookie },
  });
  return { passkey, answer, id: String(answer.body.id) };
}
