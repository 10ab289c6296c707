"use client";

import { CircleCheck } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { resendVerification, verifyEmail } from "@/app/_api/auth-client";
import { authMessage } from "@/app/_api/auth-messages";
import type { ApiError } from "@/app/_api/errors";
import { useLinkSecret } from "@/app/_api/use-link-secret";
import { Button } from "@/app/_ui/button";
import { Notice } from "@/app/_ui/notice";
import { AskForLetter } from "../ask-for-letter";
import { LinkEnded } from "../link-ended";
import { MailSent } from "../mail-sent";

interface VerifyProps {
  /** Comes from sign-up, which tells nobody whether the address was known. */
  isSent: boolean;
}

export function Verify({ isSent }: VerifyProps) {
  const secret = useLinkSecret();
  const [resent, setResent] = useState(false);
  if (secret) return <Confirm token={secret} />;
  return (
    <>
      {isSent || resent ? (
        <MailSent title="Look into your mail">
          <p>A letter is on its way. Open its link within an hour, then sign in.</p>
          <p>If you had an account before, the letter says so: sign in with its password.</p>
        </MailSent>
      ) : (
        <header>
          <h1 className="font-semibold text-xl tracking-tight">Confirm your address</h1>
          <p className="mt-1 text-ink-muted text-sm">
            Open the link of the letter, or ask for another letter.
          </p>
        </header>
      )}
      {!resent && (
        <section aria-label="Another letter" className="mt-8 border-line border-t pt-6">
          <p className="mb-4 text-ink-muted text-sm">
            No letter? Look among the unwanted mail. If an account of yours awaits its confirmation, you get
            another one here.
          </p>
          <AskForLetter
            label="Send another letter"
            send={resendVerification}
            onSent={() => setResent(true)}
          />
        </section>
      )}
      <Button size="lg" asChild className="mt-4 w-full">
        <Link href="/sign-in">Sign in</Link>
      </Button>
    </>
  );
}

/** A button, not the opening of the page, confirms: programs that look into mails open links too. */
function Confirm({ token }: { token: string }) {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ApiError>();
  const [isDone, setDone] = useState(false);
  const confirm = async () => {
    setPending(true);
    const outcome = await verifyEmail({ token });
    setPending(false);
    if (outcome.ok) setDone(true);
    else setError(outcome.error);
  };
  if (isDone)
    return (
      <div role="status">
        <CircleCheck aria-hidden="true" className="mb-3 size-6 text-success-text" />
        <h1 className="font-semibold text-xl tracking-tight">Your address is confirmed</h1>
        <p className="mt-1 text-ink-muted text-sm">Sign in to begin.</p>
        <Button variant="primary" size="lg" asChild className="mt-6 w-full">
          <Link href="/sign-in">Sign in</Link>
        </Button>
      </div>
    );
  if (error?.status === 401 || error?.status === 400)
    return (
      <LinkEnded
        text="Its hour is over, or not all of it was copied."
        again="/verify"
        label="Ask for another letter"
      />
    );
  return (
    <>
      <h1 className="font-semibold text-xl tracking-tight">Confirm your address</h1>
      <p className="mt-1 text-ink-muted text-sm">Do so only if you made an account at Holdfast yourself.</p>
      {error && (
        <div className="mt-4">
          <Notice tone="danger" requestId={error.status >= 500 ? error.requestId : undefined}>
            {authMessage(error)}
          </Notice>
        </div>
      )}
      <Button
        variant="primary"
        size="lg"
        pending={pending}
        onClick={() => void confirm()}
        className="mt-6 w-full"
      >
        Confirm my address
      </Button>
    </>
  );
}
