"use client";

import { useState } from "react";
import { requestPasswordReset } from "@/app/_api/auth-client";
import { AskForLetter } from "../ask-for-letter";
import { AuthHeading } from "../auth-heading";
import { MailSent } from "../mail-sent";

export function ForgotForm() {
  const [sentTo, setSentTo] = useState<string>();
  if (sentTo)
    return (
      <MailSent title="Look into your mail">
        <p>
          If <span className="break-words font-medium text-ink">{sentTo}</span> has an account, a letter with
          a link is on its way. The link works once, within an hour.
        </p>
        <p>Nothing there after some minutes? Look among the unwanted mail, or ask again.</p>
      </MailSent>
    );
  return (
    <>
      <AuthHeading
        title="Choose a new password"
        question="You will get a letter with a link. Remember it after all?"
        other="/sign-in"
        otherLabel="Sign in"
        next="/"
      />
      <AskForLetter label="Send me the link" send={requestPasswordReset} onSent={setSentTo} />
    </>
  );
}
