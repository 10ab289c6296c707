"use client";

import { clsx } from "clsx";
import { Check, Minus } from "lucide-react";
import { Checkbox as Radix } from "radix-ui";
import { type ComponentProps, type ReactNode, useId } from "react";

interface CheckboxProps extends ComponentProps<typeof Radix.Root> {
  /** Shown beside the box. Without it, give `aria-label`. */
  label?: ReactNode;
}

export function Checkbox({ label, className, id, checked, ...props }: CheckboxProps) {
  const own = useId();
  const box = (
    <Radix.Root
      id={id ?? own}
      {...(checked !== undefined && { checked })}
      className={clsx(
        "relative grid size-[1.125rem] shrink-0 place-items-center rounded-[5px] border border-line-strong bg-surface text-accent-ink transition-colors after:absolute after:-inset-2.5 hover:border-ink-faint disabled:opacity-50 data-[state=checked]:border-accent data-[state=indeterminate]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:bg-accent",
        className,
      )}
      {...props}
    >
      <Radix.Indicator>
        {checked === "indeterminate" ? (
          <Minus aria-hidden="true" className="size-3.5" strokeWidth={3} />
        ) : (
          <Check aria-hidden="true" className="size-3.5" strokeWidth={3} />
        )}
      </Radix.Indicator>
    </Radix.Root>
  );
  if (!label) return box;
  return (
    <div className="flex items-center gap-2.5">
      {box}
      <label htmlFor={id ?? own} className="text-sm">
        {label}
      </label>
    </div>
  );
}
