"use client";

import { KeyRound } from "lucide-react";
import { useEffect, useState } from "react";
import { z } from "zod";
import { post } from "@/app/_api/auth-client";
import { authMessage } from "@/app/_api/auth-messages";
import type { ApiError } from "@/app/_api/errors";
import { canUsePasskeys, readFactors, stepUpByPasskey } from "@/app/_api/factors";
import { useForm } from "@/app/_api/use-form";
import { Button } from "@/app/_ui/button";
import { CodeInput } from "@/app/_ui/code-input";
import { Dialog, DialogActions } from "@/app/_ui/dialog";
import { Field } from "@/app/_ui/field";
import { Notice } from "@/app/_ui/notice";
import { PasswordInput } from "@/app/_ui/password-input";

interface StepUpDialogProps {
  open: boolean;
  onEnd: (isProven: boolean) => void;
}

/** Asks who is there before something sensitive: by password, code or passkey. Closing it changes nothing. */
export function StepUpDialog({ open, onEnd }: StepUpDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={() => onEnd(false)}
      size="sm"
      title="Confirm that it is you"
      description="This is sensitive, so Holdfast asks once more. It then trusts this browser for ten minutes."
    >
      <Proof onEnd={onEnd} />
    </Dialog>
  );
}

type Way = "password" | "totp";
interface Ways {
  typed: Way[];
  passkey: boolean;
}

function Proof({ onEnd }: Pick<StepUpDialogProps, "onEnd">) {
  const [ways, setWays] = useState<Ways>({ typed: ["password"], passkey: false });
  const [chosen, setChosen] = useState<Way>();
  const [failure, setFailure] = useState<ApiError>();
  useEffect(() => {
    let isGone = false;
    // Without an answer the password is asked for, which almost everybody has.
    readFactors().then(
      ({ password, totp, passkeys }) => {
        if (isGone) return;
        const typed: Way[] = [
          ...(password ? (["password"] as const) : []),
          ...(totp ? (["totp"] as const) : []),
        ];
        setWays({ typed, passkey: passkeys.length > 0 && canUsePasskeys() });
      },
      () => {},
    );
    return () => {
      isGone = true;
    };
  }, []);
  const way = chosen ?? ways.typed[0];
  const other = ways.typed.find((one) => one !== way);
  const byPasskey = async () => {
    setFailure(undefined);
    const outcome = await stepUpByPasskey();
    if (outcome.ok) onEnd(true);
    else setFailure(outcome.error);
  };
  return (
    <div className="flex flex-col gap-4">
      {failure && <Notice tone="danger">{authMessage(failure)}</Notice>}
      {way && <TypedProof key={way} way={way} onProven={() => onEnd(true)} onCancel={() => onEnd(false)} />}
      {(other || ways.passkey) && (
        <div className="flex flex-col gap-2 border-line border-t pt-4">
          {ways.passkey && (
            <Button onClick={() => void byPasskey()}>
              <KeyRound aria-hidden="true" />
              Use a passkey
            </Button>
          )}
          {other && (
            <Button variant="ghost" onClick={() => setChosen(other)}>
              {other === "totp" ? "Use a code instead" : "Use the password instead"}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

const SCHEMAS = {
  password: z.object({ proof: z.string().min(1, "Enter your password.") }),
  totp: z.object({ proof: z.string().regex(/^\d{6}$/, "Enter the six digits.") }),
} as const;

interface TypedProofProps {
  way: Way;
  onProven: () => void;
  onCancel: () => void;
}

function TypedProof({ way, onProven, onCancel }: TypedProofProps) {
  const { form, faultOf, error, pending } = useForm(SCHEMAS[way], async ({ proof }) => {
    const outcome = await post(`step-up/${way}`, way === "totp" ? { code: proof } : { password: proof });
    if (!outcome.ok) return outcome.error;
    onProven();
    return "done";
  });
  return (
    <form {...form} method="post" className="flex flex-col">
      {error && (
        <div className="mb-4">
          <Notice tone="danger">{authMessage(error)}</Notice>
        </div>
      )}
      <Field
        label={way === "totp" ? "Code of your authenticator app" : "Password"}
        required
        error={faultOf("proof")}
      >
        {way === "totp" ? (
          <CodeInput name="proof" />
        ) : (
          <PasswordInput name="proof" autoComplete="current-password" />
        )}
      </Field>
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          Confirm
        </Button>
      </DialogActions>
    </form>
  );
}
