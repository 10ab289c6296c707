"use client";

import type { ComponentProps } from "react";
import { Input } from "@/app/_ui/input";

/** Six digits of an authenticator app. One field: password managers fill it, and pasting works. */
export function CodeInput(props: ComponentProps<typeof Input>) {
  return (
    <Input
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={6}
      spellCheck={false}
      className="font-mono tracking-[0.3em]"
      {...props}
    />
  );
}
