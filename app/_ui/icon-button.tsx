"use client";

import { clsx } from "clsx";
import type { ComponentProps } from "react";
import { Button } from "@/app/_ui/button";
import { Tooltip } from "@/app/_ui/tooltip";

interface IconButtonProps extends Omit<ComponentProps<typeof Button>, "aria-label" | "asChild"> {
  /** The name for screen readers, shown as a tooltip too. */
  label: string;
  /** Leave the tooltip out where the button opens something that covers it. */
  tooltip?: boolean;
}

const SQUARE = { sm: "w-8 px-0!", md: "w-9 px-0!", lg: "w-10 px-0!" } as const;

export function IconButton({
  label,
  tooltip = true,
  size = "md",
  variant = "ghost",
  className,
  ...props
}: IconButtonProps) {
  const button = (
    <Button
      aria-label={label}
      size={size}
      variant={variant}
      className={clsx(SQUARE[size], "pointer-coarse:min-w-11", className)}
      {...props}
    />
  );
  return tooltip ? <Tooltip content={label}>{button}</Tooltip> : button;
}
