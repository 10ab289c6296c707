"use client";

import { CircleCheck } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { z } from "zod";
import { resetPassword } from "@/app/_api/auth-client";
import { authMessage } from "@/app/_api/auth-messages";
import { newPassword, passwordHint } from "@/app/_api/password";
import { useForm } from "@/app/_api/use-form";
import { useLinkSecret } from "@/app/_api/use-link-secret";
import { Button } from "@/app/_ui/button";
import { Field } from "@/app/_ui/field";
import { Notice } from "@/app/_ui/notice";
import { PasswordInput } from "@/app/_ui/password-input";
import { LinkEnded } from "../link-ended";

const choice = z.object({ newPassword });

export function ResetForm() {
  const secret = useLinkSecret();
  const [password, setPassword] = useState("");
  const [isDone, setDone] = useState(false);
  const { form, faultOf, error, pending, ready } = useForm(choice, async (values) => {
    const outcome = await resetPassword({ token: secret ?? "", ...values });
    if (!outcome.ok) return outcome.error;
    setDone(true);
    return "done";
  });
  const hasEnded = error?.code === "INVALID_TOKEN" || error?.issues.some(({ path }) => path === "token");
  if (isDone) return <ResetDone />;
  if (hasEnded || secret === "")
    return (
      <LinkEnded
        text="It was used, its hour is over, or not all of it was copied. Your password is as it was."
        again="/forgot"
        label="Ask for a new link"
      />
    );
  const isWeak = error?.code === "PASSWORD_TOO_COMMON";
  const fault = faultOf("newPassword") ?? (isWeak ? authMessage(error) : undefined);
  return (
    <>
      <header className="mb-6">
        <h1 className="font-semibold text-xl tracking-tight">Choose a new password</h1>
        <p className="mt-1 text-ink-muted text-sm">All sessions of your account end with it.</p>
      </header>
      <form {...form} method="post" className="flex flex-col gap-4">
        {error && !isWeak && (
          <Notice tone="danger" requestId={error.status >= 500 ? error.requestId : undefined}>
            {authMessage(error)}
          </Notice>
        )}
        <Field label="New password" required error={fault} hint={!fault && passwordHint(password)}>
          <PasswordInput
            name="newPassword"
            autoComplete="new-password"
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <Button
          type="submit"
          variant="primary"
          size="lg"
          pending={pending}
          disabled={!ready || secret === undefined}
          className="mt-1 w-full"
        >
          Set the new password
        </Button>
      </form>
    </>
  );
}

function ResetDone() {
  return (
    <div role="status">
      <CircleCheck aria-hidden="true" className="mb-3 size-6 text-success-text" />
      <h1 className="font-semibold text-xl tracking-tight">Your new password is set</h1>
      <p className="mt-1 text-ink-muted text-sm">
        Every session of your account has ended. Sign in with the new password.
      </p>
      <Button variant="primary" size="lg" asChild className="mt-6 w-full">
        <Link href="/sign-in">Sign in</Link>
      </Button>
    </div>
  );
}
