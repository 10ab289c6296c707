"use client";

import { useState } from "react";
import { z } from "zod";
import { changePassword } from "@/app/_api/auth-client";
import { authMessage } from "@/app/_api/auth-messages";
import { newPassword, passwordHint } from "@/app/_api/password";
import { useForm } from "@/app/_api/use-form";
import { useMe } from "@/app/_shell/me";
import { Button } from "@/app/_ui/button";
import { CardSection } from "@/app/_ui/card";
import { Field } from "@/app/_ui/field";
import { Notice } from "@/app/_ui/notice";
import { PasswordInput } from "@/app/_ui/password-input";
import { useToast } from "@/app/_ui/toast";

const passwords = z.object({
  currentPassword: z.string().min(1, "Enter the password that you have now."),
  newPassword,
});

export function PasswordForm() {
  const { email } = useMe();
  const toast = useToast();
  const [typed, setTyped] = useState("");
  const { form, faultOf, error, pending, ready } = useForm(passwords, async (values) => {
    const outcome = await changePassword(values);
    if (!outcome.ok) return outcome.error;
    setTyped("");
    toast({ title: "Password changed", description: "You are signed out everywhere else." });
    return "done";
  });
  const wrongPresent = error?.code === "INVALID_PASSWORD" ? authMessage(error) : undefined;
  const weak = error?.code === "PASSWORD_TOO_COMMON" ? authMessage(error) : undefined;
  const fault = faultOf("newPassword") ?? weak;
  return (
    <CardSection title="Password" description="Changing it signs you out on every other device.">
      <form {...form} method="post" className="flex flex-col gap-4">
        {error && !wrongPresent && !weak && (
          <Notice tone="danger" requestId={error.requestId}>
            {authMessage(error)}
          </Notice>
        )}
        {/* Tells password managers whose password this is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <Field label="Present password" required error={faultOf("currentPassword") ?? wrongPresent}>
          <PasswordInput name="currentPassword" autoComplete="current-password" />
        </Field>
        <Field label="New password" required error={fault} hint={!fault && passwordHint(typed)}>
          <PasswordInput
            name="newPassword"
            autoComplete="new-password"
            onChange={(event) => setTyped(event.target.value)}
          />
        </Field>
        <div className="flex justify-end">
          <Button type="submit" variant="primary" pending={pending} disabled={!ready}>
            Change password
          </Button>
        </div>
      </form>
    </CardSection>
  );
}
