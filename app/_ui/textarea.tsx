"use client";

import { clsx } from "clsx";
import type { ComponentProps } from "react";
import { useFieldControl } from "@/app/_ui/field";

/** Grows with its text where the browser can, up to a bound. */
export function Textarea({ className, rows = 4, ...props }: ComponentProps<"textarea">) {
  return (
    <textarea
      rows={rows}
      className={clsx(
        "control field-sizing-content max-h-96 resize-y px-3 py-2 text-base leading-6 sm:text-sm",
        className,
      )}
      {...useFieldControl()}
      {...props}
    />
  );
}
