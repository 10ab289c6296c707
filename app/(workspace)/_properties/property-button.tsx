"use client";

import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";

interface PropertyButtonProps extends Omit<ComponentProps<"button">, "children"> {
  /** What it is and what it says, for screen readers: "Status: To do". */
  label: string;
  icon: ReactNode;
  /** The words beside the icon; without them only the icon is seen. */
  text?: ReactNode;
  /** `field` is the full width and bordered, for a form; `inline` sits in a row. */
  look?: "inline" | "field";
}

/** Shows a property and opens the choice of another value. */
export function PropertyButton({
  label,
  icon,
  text,
  look = "inline",
  className,
  ...props
}: PropertyButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={look === "inline" ? label : undefined}
      className={clsx(
        "inline-flex min-w-0 items-center gap-1.5 rounded-md text-[0.8125rem] text-ink-muted transition-colors hover:bg-hover hover:text-ink aria-expanded:bg-hover pointer-coarse:min-h-11",
        look === "inline"
          ? "h-7 justify-center px-1.5 pointer-coarse:min-w-9"
          : "-mx-2 h-8 w-[calc(100%+1rem)] px-2 text-ink",
        className,
      )}
      {...props}
    >
      {icon}
      {text !== undefined && <span className="truncate">{text}</span>}
    </button>
  );
}
