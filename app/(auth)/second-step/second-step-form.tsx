"use client";

import { useState } from "react";
import { z } from "zod";
import { post } from "@/app/_api/auth-client";
import { authMessage } from "@/app/_api/auth-messages";
import { useForm } from "@/app/_api/use-form";
import { Button } from "@/app/_ui/button";
import { CodeInput } from "@/app/_ui/code-input";
import { Field } from "@/app/_ui/field";
import { Input } from "@/app/_ui/input";
import { Notice } from "@/app/_ui/notice";
import { AuthHeading } from "../auth-heading";
import { PasskeySignIn } from "../passkey-sign-in";

type Way = "totp" | "recovery-code";

/** Between the password and the session: nothing else can be reached from here. */
export function SecondStepForm({ next }: { next: string }) {
  const [way, setWay] = useState<Way>("totp");
  return (
    <>
      <AuthHeading
        title="Second step"
        question="Not you?"
        other="/sign-in"
        otherLabel="Start again"
        next={next}
      />
      <CodeForm key={way} way={way} next={next} />
      <Button
        variant="ghost"
        className="mt-2 w-full"
        onClick={() => setWay(way === "totp" ? "recovery-code" : "totp")}
      >
        {way === "totp" ? "Use a recovery code" : "Use the authenticator app"}
      </Button>
      <PasskeySignIn next={next} label="Use a passkey" />
    </>
  );
}

const SCHEMAS = {
  totp: z.object({ code: z.string().regex(/^\d{6}$/, "Enter the six digits.") }),
  "recovery-code": z.object({
    code: z.string().trim().min(16, "A recovery code has 16 letters and digits."),
  }),
} as const;

function CodeForm({ way, next }: { way: Way; next: string }) {
  const { form, faultOf, error, pending, ready } = useForm(SCHEMAS[way], async (values) => {
    const outcome = await post(`two-factor/verify-${way}`, values);
    if (!outcome.ok) return outcome.error;
    window.location.assign(next + window.location.hash);
    return "leaving";
  });
  return (
    <form {...form} method="post" className="flex flex-col gap-4">
      {error && (
        <Notice tone="danger" requestId={error.status >= 500 ? error.requestId : undefined}>
          {authMessage(error)}
        </Notice>
      )}
      {way === "totp" ? (
        <Field label="Code of your authenticator app" required error={faultOf("code")}>
          <CodeInput name="code" autoFocus />
        </Field>
      ) : (
        <Field label="Recovery code" required hint="Each works once." error={faultOf("code")}>
          <Input
            name="code"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            className="font-mono"
          />
        </Field>
      )}
      <Button
        type="submit"
        variant="primary"
        size="lg"
        pending={pending}
        disabled={!ready}
        className="w-full"
      >
        Go on
      </Button>
    </form>
  );
}
