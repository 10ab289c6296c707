"use client";

import { z } from "zod";
import { authMessage } from "@/app/_api/auth-messages";
import type { ApiError } from "@/app/_api/errors";
import { useForm } from "@/app/_api/use-form";
import { Button } from "@/app/_ui/button";
import { Field } from "@/app/_ui/field";
import { Input } from "@/app/_ui/input";
import { Notice } from "@/app/_ui/notice";

const address = z.object({ email: z.email("Enter an e-mail address, such as ada@example.com.") });

interface AskForLetterProps {
  label: string;
  send(input: { email: string }): Promise<{ ok: true } | { ok: false; error: ApiError }>;
  onSent(email: string): void;
}

/** Asks for a letter to an address. */
export function AskForLetter({ label, send, onSent }: AskForLetterProps) {
  const { form, faultOf, error, pending, ready } = useForm(address, async (values) => {
    const outcome = await send(values);
    if (!outcome.ok) return outcome.error;
    onSent(values.email);
    return "done";
  });
  return (
    <form {...form} method="post" className="flex flex-col gap-4">
      {error && (
        <Notice tone="danger" requestId={error.status >= 500 ? error.requestId : undefined}>
          {authMessage(error)}
        </Notice>
      )}
      <Field label="E-mail" required error={faultOf("email")}>
        <Input type="email" name="email" autoComplete="username" autoCapitalize="off" spellCheck={false} />
      </Field>
      <Button
        type="submit"
        variant="primary"
        size="lg"
        pending={pending}
        disabled={!ready}
        className="mt-1 w-full"
      >
        {label}
      </Button>
    </form>
  );
}
