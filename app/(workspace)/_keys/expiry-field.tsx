"use client";

import { Field } from "@/app/_ui/field";
import { Select } from "@/app/_ui/select";

const EXPIRIES = [
  { value: "7", label: "In 7 days" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
] as const;
export type Expiry = (typeof EXPIRIES)[number]["value"];

interface ExpiryFieldProps {
  value: Expiry;
  onChange: (value: Expiry) => void;
}

export function ExpiryField({ value, onChange }: ExpiryFieldProps) {
  return (
    <Field label="Ends" hint="Every key ends: one that is forgotten does no harm for long.">
      <Select value={value} onValueChange={onChange} options={EXPIRIES} />
    </Field>
  );
}
