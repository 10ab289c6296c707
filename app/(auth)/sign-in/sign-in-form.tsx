"use client";

import Link from "next/link";
import { z } from "zod";
import { isWaiting, signIn } from "@/app/_api/auth-client";
import { authMessage } from "@/app/_api/auth-messages";
import { withNext } from "@/app/_api/next-path";
import { useForm } from "@/app/_api/use-form";
import { Button } from "@/app/_ui/button";
import { Field } from "@/app/_ui/field";
import { Input } from "@/app/_ui/input";
import { Notice } from "@/app/_ui/notice";
import { PasswordInput } from "@/app/_ui/password-input";
import { AuthHeading } from "../auth-heading";
import { PasskeySignIn } from "../passkey-sign-in";

const credentials = z.object({
  email: z.email("Enter an e-mail address, such as ada@example.com."),
  password: z.string().min(1, "Enter your password."),
});

interface SignInFormProps {
  next: string;
}

export function SignInForm({ next }: SignInFormProps) {
  const { form, faultOf, error, pending, ready } = useForm(credentials, async (values) => {
    const outcome = await signIn(values);
    if (!outcome.ok) return outcome.error;
    window.location.assign(
      (isWaiting(outcome) ? withNext("/second-step", next) : next) + window.location.hash,
    );
    return "leaving";
  });
  return (
    <>
      <AuthHeading
        title="Sign in to Holdfast"
        question="New here?"
        other="/sign-up"
        otherLabel="Create an account"
        next={next}
      />
      <form {...form} method="post" className="flex flex-col gap-4">
        {error && (
          <Notice tone="danger" requestId={error.status >= 500 ? error.requestId : undefined}>
            {authMessage(error)}
          </Notice>
        )}
        <Field label="E-mail" required error={faultOf("email")}>
          <Input type="email" name="email" autoComplete="username" autoCapitalize="off" spellCheck={false} />
        </Field>
        <Field
          label="Password"
          required
          error={faultOf("password")}
          aside={
            <Link
              href="/forgot"
              className="rounded text-[0.8125rem] text-accent-text underline decoration-1 underline-offset-3 hover:decoration-2"
            >
              Forgot it?
            </Link>
          }
        >
          <PasswordInput name="password" autoComplete="current-password" />
        </Field>
        <Button
          type="submit"
          variant="primary"
          size="lg"
          pending={pending}
          disabled={!ready}
          className="mt-1 w-full"
        >
          Sign in
        </Button>
      </form>
      <PasskeySignIn next={next} />
    </>
  );
}
