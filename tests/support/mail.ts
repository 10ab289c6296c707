import type { AuthAnswer } from "@/tests/support/browser";
import { sendAuth } from "@/tests/support/browser";
import { type House, openHouse } from "@/tests/support/house";
import { openPostOffice, type PostOffice } from "@/tests/support/post-office";

/** A house whose letters go to a mail server of its own. `mode` decides whether sign-in needs a confirmed address. */
export async function openHouseWithMail(
  mode: "development" | "production" = "development",
): Promise<{ house: House; office: PostOffice }> {
  const office = await openPostOffice();
  const mailFrom = "no-reply@holdfast.example";
  const house = await openHouse({ smtpUrl: office.url, smtpRequiresTls: false, mode, mailFrom });
  return { house, office };
}

export const post = (house: House, path: string, body: unknown): Promise<AuthAnswer> =>
  sendAuth(house, "POST", path, { body });

/** The secret in the fragment of a letter's link. */
export const secretOf = ({ link }: { link: string }) => new URL(link).hash.slice(1);
