"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { z } from "zod";
import { isWaiting, signIn, signUp } from "@/app/_api/auth-client";
import { authMessage } from "@/app/_api/auth-messages";
import { withNext } from "@/app/_api/next-path";
import { newPassword, passwordHint } from "@/app/_api/password";
import { useForm } from "@/app/_api/use-form";
import { Button } from "@/app/_ui/button";
import { Field } from "@/app/_ui/field";
import { Input } from "@/app/_ui/input";
import { Notice } from "@/app/_ui/notice";
import { PasswordInput } from "@/app/_ui/password-input";
import { AuthHeading } from "../auth-heading";

const account = z.object({
  name: z.string().trim().min(1, "Enter your name.").max(100, "Use at most 100 characters."),
  email: z.email("Enter an e-mail address, such as ada@example.com.").max(254, "This address is too long."),
  password: newPassword,
});

export function SignUpForm({ next }: { next: string }) {
  const router = useRouter();
  const [password, setPassword] = useState("");
  const { form, faultOf, error, pending, ready } = useForm(account, async (values) => {
    const made = await signUp(values);
    if (!made.ok) return made.error;
    // Sign-up answers alike for known and new addresses: only signing in shows which it was.
    const { email } = values;
    const signedIn = await signIn({ email, password: values.password });
    if (isWaiting(signedIn)) window.location.assign(withNext("/second-step", next) + window.location.hash);
    else if (signedIn.ok) window.location.assign(next + window.location.hash);
    else router.push("/verify?sent");
    return "leaving";
  });
  const isWeak = error?.code === "PASSWORD_TOO_COMMON";
  const fault = faultOf("password") ?? (isWeak ? authMessage(error) : undefined);
  return (
    <>
      <AuthHeading
        title="Create your account"
        question="Have one already?"
        other="/sign-in"
        otherLabel="Sign in"
        next={next}
      />
      <form {...form} method="post" className="flex flex-col gap-4">
        {error && !isWeak && (
          <Notice tone="danger" requestId={error.status >= 500 ? error.requestId : undefined}>
            {authMessage(error)}
          </Notice>
        )}
        <Field label="Name" required error={faultOf("name")}>
          <Input name="name" autoComplete="name" maxLength={100} />
        </Field>
        <Field label="E-mail" required error={faultOf("email")}>
          <Input type="email" name="email" autoComplete="username" autoCapitalize="off" spellCheck={false} />
        </Field>
        <Field label="Password" required error={fault} hint={!fault && passwordHint(password)}>
          <PasswordInput
            name="password"
            autoComplete="new-password"
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <Button
          type="submit"
          variant="primary"
          size="lg"
          pending={pending}
          disabled={!ready}
          className="mt-1 w-full"
        >
          Create account
        </Button>
      </form>
    </>
  );
}
