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
  /** Shows only while its row (a `group/row`) is pointed at or has the focus. */
  quiet?: boolean;
}

/** Shows a property and opens the choice of another value. */
export function PropertyButton({
  label,
  icon,
  text,
  look = "inline",
  quiet = false,
  className,
  ...props
}: PropertyButtonProps) {
  return (
    <button
      type="button"
      title={look === "inline" ? label : undefined}
      className={clsx(
        "inline-flex min-w-0 items-center gap-1.5 rounded-md text-[0.8125rem] transition-colors hover:bg-hover hover:text-ink aria-expanded:bg-hover",
        look === "inline"
          ? "h-7 justify-center px-1.5 text-ink-muted pointer-coarse:h-8 pointer-coarse:min-w-8"
          : "-mx-2 h-8 w-[calc(100%+1rem)] px-2 text-ink pointer-coarse:h-11",
        quiet &&
          "max-sm:hidden pointer-fine:opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100 aria-expanded:opacity-100",
        className,
      )}
      {...props}
    >
      <span aria-hidden="true" className="contents">
        {icon}
        {text !== undefined && <span className="truncate">{text}</span>}
      </span>
      <span className="sr-only">{label}</span>
    </button>
  );
}
