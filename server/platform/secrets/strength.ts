import { z } from "zod";

const MAKE_ONE = "make one with: openssl rand -base64 32";

/** Parts of secrets that stand in examples, guides and defaults; in lower case, without `-`, `_` and spaces. */
const KNOWN = [
  "secret", // among them the library's own default, better-auth-secret-…
  "changeme",
  "changethis",
  "replaceme",
  "placeholder",
  "example",
  "password",
  "passphrase",
  "insecure",
  "development",
  "keyboardcat",
  "holdfast",
  "qwerty",
  "abcdefgh",
  "12345678",
  "01234567",
  "87654321",
];

/** What is wrong with a secret; undefined when nobody would guess it. Says nothing of the secret itself. */
export function weaknessOf(secret: string): string | undefined {
  if (secret.length < 32) return `is shorter than 32 characters; ${MAKE_ONE}`;
  const plain = secret.toLowerCase().replace(/[-_ ]/g, "");
  if (KNOWN.some((part) => plain.includes(part))) return `is a well-known placeholder; ${MAKE_ONE}`;
  if (new Set(secret).size < 12 || /^(.{1,16})\1+.{0,15}$/s.test(secret))
    return `is too uniform to be random; ${MAKE_ONE}`;
  return undefined;
}

/** A secret that is long and random enough to sign with. */
export const strongSecret = z.string().superRefine((secret, context) => {
  const weakness = weaknessOf(secret);
  if (weakness) context.addIssue(weakness);
});
