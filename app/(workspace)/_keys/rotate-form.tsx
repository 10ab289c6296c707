"use client";

import { type FormEvent, useState } from "react";
import type { ApiError } from "@/app/_api/errors";
import { Button } from "@/app/_ui/button";
import { DialogActions } from "@/app/_ui/dialog";
import { Field } from "@/app/_ui/field";
import { Notice } from "@/app/_ui/notice";
import { Select } from "@/app/_ui/select";
import { type Expiry, ExpiryField } from "./expiry-field";

const OVERLAPS = [
  { value: "0", label: "At once" },
  { value: "1", label: "In an hour" },
  { value: "24", label: "In a day" },
  { value: "168", label: "In a week" },
] as const;

interface RotateFormProps {
  pending: boolean;
  error: ApiError | undefined;
  onSubmit: (values: { overlapHours: number; expiresInDays: number }) => void;
  onCancel: () => void;
}

export function RotateForm({ pending, error, onSubmit, onCancel }: RotateFormProps) {
  const [overlap, setOverlap] = useState<(typeof OVERLAPS)[number]["value"]>("24");
  const [expiry, setExpiry] = useState<Expiry>("90");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending) onSubmit({ overlapHours: Number(overlap), expiresInDays: Number(expiry) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {error && (
        <Notice tone="danger" requestId={error.requestId}>
          {error.message}
        </Notice>
      )}
      <Field label="The old key ends" hint="Until then both work, so that nothing stands still.">
        <Select value={overlap} onValueChange={setOverlap} options={OVERLAPS} />
      </Field>
      <ExpiryField value={expiry} onChange={setExpiry} />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          Make new key
        </Button>
      </DialogActions>
    </form>
  );
}
