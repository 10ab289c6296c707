"use client";

import { useState } from "react";
import { applyTheme, type Theme } from "@/app/_shell/theme";
import { CardSection } from "@/app/_ui/card";
import { Field } from "@/app/_ui/field";
import { Select } from "@/app/_ui/select";

const THEMES = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

export function Appearance({ theme: initial }: { theme: Theme }) {
  const [theme, setTheme] = useState(initial);
  const choose = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <CardSection title="Appearance" description="Kept in this browser.">
      <Field label="Theme">
        <Select value={theme} onValueChange={choose} options={THEMES} className="sm:max-w-56" />
      </Field>
    </CardSection>
  );
}
