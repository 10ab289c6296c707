"use client";

import { clsx } from "clsx";
import type { ComponentProps } from "react";
import { useFieldControl } from "@/app/_ui/field";

/** A one-line text control. 16 px on phones, or iOS zooms the page when it gets the focus. */
export function Input({ className, type = "text", ...props }: ComponentProps<"input">) {
  return (
    <input
      type={type}
      className={clsx("control h-9 px-3 text-base sm:text-sm pointer-coarse:h-11", className)}
      {...useFieldControl()}
      {...props}
    />
  );
}
