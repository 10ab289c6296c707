"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { DialogActions } from "@/app/_ui/dialog";
import { Field } from "@/app/_ui/field";
import { Input } from "@/app/_ui/input";
import type { MadeApiKey } from "@/server/features/api-key/schema";

interface ShownKeyProps {
  made: MadeApiKey;
  onDone: () => void;
}

export function ShownKey({ made, onDone }: ShownKeyProps) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(made.key).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <>
      <Field
        label={`Key “${made.name}”`}
        hint="It is shown this once. Keep it where secrets are kept, and never in code."
      >
        <Input readOnly value={made.key} className="font-mono" onFocus={(event) => event.target.select()} />
      </Field>
      <p role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </p>
      <DialogActions>
        <Button onClick={() => void copy()}>
          {copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
          {copied ? "Copied" : "Copy"}
        </Button>
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      </DialogActions>
    </>
  );
}
