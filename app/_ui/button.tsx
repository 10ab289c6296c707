"use client";

import { clsx } from "clsx";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { Spinner } from "@/app/_ui/spinner";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";
export type ButtonSize = "sm" | "md" | "lg";

interface ButtonProps extends ComponentProps<"button"> {
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** Shows a spinner and ignores presses; the button keeps its place in the tab order. */
  pending?: boolean;
  /** Lends the look to the only child, such as a link. */
  asChild?: boolean;
}

const BASE =
  "relative inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-lg font-medium transition-colors aria-disabled:opacity-60 disabled:opacity-50 disabled:cursor-not-allowed pointer-coarse:min-h-11 [&_svg]:shrink-0";

const VARIANT: Record<ButtonVariant, string> = {
  primary: "bg-accent text-accent-ink hover:bg-accent-hover",
  secondary: "border border-line bg-surface text-ink shadow-card hover:bg-hover",
  ghost: "text-ink-muted hover:bg-hover hover:text-ink",
  danger: "bg-danger text-white hover:bg-danger-hover",
};

const SIZE: Record<ButtonSize, string> = {
  sm: "h-8 px-2.5 text-[0.8125rem] [&_svg]:size-3.5",
  md: "h-9 px-3.5 text-sm [&_svg]:size-4",
  lg: "h-10 px-4 text-sm [&_svg]:size-4",
};

export function Button({
  variant = "secondary",
  size = "md",
  pending = false,
  asChild = false,
  className,
  children,
  onClick,
  type = "button",
  ...props
}: ButtonProps) {
  const look = clsx(BASE, VARIANT[variant], SIZE[size], className);
  if (asChild)
    return (
      <Slot.Root className={look} onClick={onClick} {...props}>
        {children}
      </Slot.Root>
    );
  return (
    <button
      type={type}
      className={look}
      aria-disabled={pending || undefined}
      aria-busy={pending || undefined}
      onClick={pending ? (event) => event.preventDefault() : onClick}
      {...props}
    >
      {pending ? (
        <>
          <span className="absolute inset-0 grid place-items-center">
            <Spinner />
          </span>
          <span className="inline-flex items-center gap-1.5 opacity-0">{children}</span>
        </>
      ) : (
        children
      )}
    </button>
  );
}
