import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { type ParsedMail, simpleParser } from "mailparser";

const outbox = join(process.env.HOLDFAST_E2E_DATA ?? "", "outbox");

/** Path and fragment of the link in the letter to an address; waits for it. @param subject A part of the letter's. */
export async function linkTo(email: string, subject: string): Promise<string> {
  let link = "";
  await expect(async () => {
    const letters = (await lettersTo(email)).filter((letter) => letter.subject?.includes(subject));
    link = /https?:\/\/\S+/.exec(letters.at(-1)?.text ?? "")?.[0] ?? "";
    expect(link, `a letter to ${email} about ${subject}`).not.toBe("");
  }).toPass({ timeout: 15_000 });
  // Letters name the address of the product by number, the tests by name: cookies are of one of them.
  const { pathname, hash } = new URL(link);
  return pathname + hash;
}

/** In the order in which they were written. */
async function lettersTo(email: string): Promise<ParsedMail[]> {
  const names = (await readdir(outbox)).filter((name) => name.endsWith(".eml")).sort();
  const all = await Promise.all(names.map(async (name) => simpleParser(await readFile(join(outbox, name)))));
  return all.filter(({ to }) => JSON.stringify(to).includes(`"${email}"`));
}
