"use client";

import { useState } from "react";
import { z } from "zod";
import { type Outcome, post } from "@/app/_api/auth-client";
import { authMessage } from "@/app/_api/auth-messages";
import { useForm } from "@/app/_api/use-form";
import { Button } from "@/app/_ui/button";
import { CodeInput } from "@/app/_ui/code-input";
import { Dialog, DialogActions } from "@/app/_ui/dialog";
import { Field } from "@/app/_ui/field";
import { Notice } from "@/app/_ui/notice";
import { QrCode } from "@/app/_ui/qr-code";
import { RecoveryCodes } from "./recovery-codes";
import { useFactorAction } from "./use-factor-action";

export interface Enrolment {
  uri: string;
  secret: string;
}

const code = z.object({ code: z.string().regex(/^\d{6}$/, "Enter the six digits.") });
const confirmed = z.object({ recoveryCodes: z.array(z.string()).nullable() });

/** Secret, first code, recovery codes: each is seen here once. */
export function EnrolDialog({ enrolment, onEnd }: { enrolment: Enrolment; onEnd: () => void }) {
  const [codes, setCodes] = useState<string[]>();
  if (codes)
    return (
      <Dialog open onOpenChange={onEnd} title="Keep your recovery codes" description={WHY}>
        <RecoveryCodes codes={codes} />
        <DialogActions>
          <Button variant="primary" onClick={onEnd}>
            I have kept them
          </Button>
        </DialogActions>
      </Dialog>
    );
  return (
    <Dialog
      open
      onOpenChange={onEnd}
      title="Set up an authenticator app"
      description="Scan this with the app, or type the key into it. Then enter the code that it shows."
    >
      <div className="flex flex-col items-center gap-4 sm:flex-row sm:items-start">
        <QrCode text={enrolment.uri} label="QR code for your authenticator app" />
        <div className="min-w-0">
          <p className="font-medium text-sm">Key</p>
          <code className="mt-1 block select-all break-all font-mono text-[0.8125rem]">
            {enrolment.secret.replace(/(.{4})(?=.)/g, "$1 ")}
          </code>
        </div>
      </div>
      <ConfirmForm
        onCancel={onEnd}
        onConfirmed={(made) => {
          if (made) setCodes(made);
          else onEnd();
        }}
      />
    </Dialog>
  );
}

export const WHY =
  "If your device is gone, one of these signs you in instead. Each works once. They are not shown again.";

interface ConfirmFormProps {
  onCancel: () => void;
  /** Null: there were recovery codes before, and they stay. */
  onConfirmed: (recoveryCodes: string[] | null) => void;
}

function ConfirmForm({ onCancel, onConfirmed }: ConfirmFormProps) {
  const { run } = useFactorAction();
  const { form, faultOf, error, pending } = useForm(code, async (values) => {
    let outcome: Outcome | undefined;
    const body = await run(async () => {
      outcome = await post("two-factor/confirm", values);
      return outcome;
    });
    const made = confirmed.safeParse(body).data;
    if (made) onConfirmed(made.recoveryCodes);
    return outcome && !outcome.ok ? outcome.error : "done";
  });
  return (
    <form {...form} method="post" className="mt-5 flex flex-col">
      {error && (
        <div className="mb-4">
          <Notice tone="danger">{authMessage(error)}</Notice>
        </div>
      )}
      <Field label="Code" required error={faultOf("code")}>
        <CodeInput name="code" />
      </Field>
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          Turn on
        </Button>
      </DialogActions>
    </form>
  );
}
