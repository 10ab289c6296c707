"use client";

import { clsx } from "clsx";
import { ChevronsUpDown } from "lucide-react";
import { useFieldControl } from "@/app/_ui/field";

interface SelectProps<Value extends string> {
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly { value: Value; label: string; disabled?: boolean }[];
  disabled?: boolean;
  size?: "sm" | "md";
  className?: string;
  "aria-label"?: string;
}

/**
 * One of a few values, by the browser's own element: phones show their wheel, and nothing else of the page is hidden
 * from screen readers while it is open. For choices with icons, use a menu with radio items.
 */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { value, onValueChange, options, disabled, size = "md", className, "aria-label": label } = props;
  return (
    <div className={clsx("relative", className)}>
      <select
        {...useFieldControl()}
        aria-label={label}
        value={value}
        disabled={disabled}
        onChange={(event) => onValueChange(event.target.value as Value)}
        className={clsx(
          "control cursor-pointer appearance-none truncate pointer-coarse:h-11",
          size === "sm" ? "h-8 pr-8 pl-2.5 text-[0.8125rem]" : "h-9 pr-9 pl-3 text-base sm:text-sm",
        )}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled} className="bg-raised">
            {option.label}
          </option>
        ))}
      </select>
      <ChevronsUpDown
        aria-hidden="true"
        className="pointer-events-none absolute inset-y-0 right-3 my-auto size-3.5 text-ink-faint"
      />
    </div>
  );
}
